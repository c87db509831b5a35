//! A client of either kind.

use crate::hub::Hub;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Only so that a broken hub fails the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    pub(crate) welcome: Value,
    /// Frames that were passed over while another was awaited.
    pub(crate) seen: Vec<Value>,
}

pub(crate) const CUSTOMER: &str = "/v1/customer?site=demo";

/// Only the upgrade.
pub(crate) async fn upgrade(hub: &Hub, path: &str, origin: Option<&[u8]>) -> Result<Client, Error> {
    let stream = TcpStream::connect(hub.public).await.expect("connected");
    upgrade_on(hub, stream, path, origin).await
}

pub(crate) async fn upgrade_on(
    hub: &Hub,
    stream: TcpStream,
    path: &str,
    origin: Option<&[u8]>,
) -> Result<Client, Error> {
    let mut request = format!("ws://{}{path}", hub.public).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert(
        "sec-websocket-protocol",
        HeaderValue::from_static("kefu.v1"),
    );
    if let Some(origin) = origin {
        headers.insert("origin", HeaderValue::from_bytes(origin).expect("a header"));
    }
    let (socket, _) = client_async(request, stream).await?;
    Ok(Client {
        socket,
        welcome: Value::Null,
        seen: Vec::new(),
    })
}

pub(crate) async fn customer(hub: &Hub, token: Option<&str>) -> Client {
    customer_with(hub, json!({"token": token})).await
}

/// `more`: further fields of `hello`.
pub(crate) async fn customer_with(hub: &Hub, more: Value) -> Client {
    let client = upgrade(hub, CUSTOMER, None).await.expect("upgraded");
    client.hello(more).await
}

pub(crate) async fn agent(hub: &Hub, login: &str, more: Value) -> Client {
    let token = hub.token(login);
    let client = upgrade(hub, "/v1/agent", None).await.expect("upgraded");
    let mut fields = json!({"token": token});
    merge(&mut fields, more);
    client.hello(fields).await
}

/// An agent who takes offers.
pub(crate) async fn available(hub: &Hub, login: &str) -> Client {
    let mut client = agent(hub, login, json!({})).await;
    client
        .ok(json!({"type": "set_availability", "ref": "on", "availability": "available"}))
        .await;
    client
}

fn merge(fields: &mut Value, more: Value) {
    let more = more.as_object().expect("fields").clone();
    let fields = fields.as_object_mut().expect("fields");
    fields.extend(more.into_iter().filter(|(_, value)| !value.is_null()));
}

impl Client {
    async fn hello(mut self, more: Value) -> Self {
        let mut hello = json!({"type": "hello", "client": {"name": "test", "version": "1"}});
        merge(&mut hello, more);
        self.send(hello).await;
        self.welcome = self.until(|f| f["type"] == "welcome").await;
        self
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: String) {
        self.send_message(Message::text(text)).await;
    }

    pub(crate) async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.expect("sent");
    }

    /// The next frame; pings are answered.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let read = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match read.expect("a frame in time") {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("JSON");
                    if frame["type"] != "ping" {
                        return frame;
                    }
                    self.send(json!({"type": "pong"})).await;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the socket ended: {other:?}"),
            }
        }
    }

    /// The first frame that is wanted, of those passed over or to come.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.seen.iter().position(&wanted) {
            return self.seen.remove(at);
        }
        loop {
            let frame = self.next().await;
            if wanted(&frame) {
                return frame;
            }
            self.seen.push(frame);
        }
    }

    /// The answer to a command: `ok`, `error` or what a query gives.
    pub(crate) async fn ask(&mut self, command: Value) -> Value {
        let reference = command["ref"].clone();
        self.send(command).await;
        self.answer(&reference).await
    }

    pub(crate) async fn answer(&mut self, reference: &Value) -> Value {
        self.until(|f| f["ref"] == *reference && f["type"] != "event")
            .await
    }

    pub(crate) async fn ok(&mut self, command: Value) -> Value {
        let answer = self.ask(command.clone()).await;
        assert_eq!(answer["type"], "ok", "{command} was answered by {answer}");
        answer
    }

    /// The code of the error to a command.
    pub(crate) async fn error(&mut self, command: Value) -> String {
        let answer = self.ask(command.clone()).await;
        assert_eq!(
            answer["type"], "error",
            "{command} was answered by {answer}"
        );
        answer["code"].as_str().expect("a word").to_owned()
    }

    /// The next event of this type.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        self.until(|f| f["type"] == "event" && f["event"]["type"] == kind)
            .await
    }

    pub(crate) fn token(&self) -> String {
        self.welcome["token"].as_str().expect("a token").to_owned()
    }

    /// Opens a conversation and says which.
    pub(crate) async fn open(&mut self, reference: &str, text: &str) -> String {
        let command = json!({"type": "send_message", "ref": reference, "text": text});
        let ok = self.ok(command).await;
        ok["conversation"].as_str().expect("which").to_owned()
    }

    /// Reads to the end and gives the code.
    pub(crate) async fn close_code(mut self) -> u16 {
        loop {
            let read = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match read.expect("an end in time") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("ended without a code: {other:?}"),
            }
        }
    }

    /// Writes bytes below the WebSocket, then reads to the end and gives the code.
    pub(crate) async fn raw_close_code(self, bytes: &[u8]) -> u16 {
        let mut stream = self.socket.into_inner();
        stream.write_all(bytes).await.expect("written");
        let mut got = Vec::new();
        let reading = stream.read_to_end(&mut got);
        let read = tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("an end in time");
        read.expect("an orderly end");
        code_in(&got)
    }
}

/// The code of the Close at the end of unmasked frames.
fn code_in(mut bytes: &[u8]) -> u16 {
    loop {
        let (first, length) = (bytes[0], usize::from(bytes[1]));
        let (start, length) = match length {
            126 => (4, usize::from(u16::from_be_bytes([bytes[2], bytes[3]]))),
            length => (2, length),
        };
        if first == 0x88 {
            return u16::from_be_bytes([bytes[start], bytes[start + 1]]);
        }
        bytes = &bytes[start + length..];
    }
}

/// A client's frame with a mask of zeros: its head, for a payload of this length.
pub(crate) fn head(first: u8, payload: u64) -> Vec<u8> {
    let mut bytes = vec![first, 0x80 | 127];
    if payload < 126 {
        bytes[1] = 0x80 | payload as u8;
    } else if payload <= 0xffff {
        bytes[1] = 0x80 | 126;
        bytes.extend((payload as u16).to_be_bytes());
    } else {
        bytes.extend(payload.to_be_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}
