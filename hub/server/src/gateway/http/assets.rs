//! The pages and scripts built into the binary.

use crate::gateway::respond::{Response, empty, error, set, with};
use domain::record::fnv1a;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
};
use hyper::{HeaderMap, StatusCode};
use protocol::ErrorCode;

// `ASSETS: &[(&str, &[u8])]`: every file of widget-js/dist at the time of the build.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Shown where the pages are not in the binary.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Kefu Hub</title><h1>The pages are not built</h1><p>This hub was built without its \
    widget and desk. Run <code>make widget</code>, then build the hub again.</p></html>";

/// Answers with the file of a path.
pub(super) fn serve(path: &str, headers: &HeaderMap) -> Response {
    serve_from(ASSETS, path, headers)
}

fn serve_from(assets: &[(&str, &'static [u8])], path: &str, headers: &HeaderMap) -> Response {
    let (name, page) = match path {
        "/" => ("demo.html", true),
        "/desk" => ("desk.html", true),
        path => (path.trim_start_matches('/'), false),
    };
    // Pages have one address each.
    let found = assets.iter().find(|(known, _)| *known == name);
    let found = found.filter(|_| page || !name.ends_with(".html"));
    match found {
        Some((name, bytes)) => file(name, bytes, headers),
        None if page => with(StatusCode::OK, "text/html; charset=utf-8", NOT_BUILT),
        None => {
            let message = "there is nothing at this path";
            error(StatusCode::NOT_FOUND, ErrorCode::NotFound, message, None)
        }
    }
}

/// Asked for again each time, and sent again only when it has changed.
fn file(name: &str, bytes: &'static [u8], headers: &HeaderMap) -> Response {
    let tag = format!("\"{:016x}\"", fnv1a(bytes));
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|t| t.trim() == tag));
    let mut response = match (same, kind(name)) {
        (true, _) => empty(StatusCode::NOT_MODIFIED),
        (false, kind) => with(StatusCode::OK, kind, bytes),
    };
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits in quotes");
    set(&mut response, ETAG, tag);
    set(
        &mut response,
        CACHE_CONTROL,
        HeaderValue::from_static("no-cache"),
    );
    if name == "widget.js" {
        // Any page may load it; whether it may be used there is decided by its origin.
        let policy = HeaderName::from_static("cross-origin-resource-policy");
        set(
            &mut response,
            policy,
            HeaderValue::from_static("cross-origin"),
        );
        let anybody = HeaderValue::from_static("*");
        set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &[(&str, &[u8])] = &[
        ("demo.html", b"<demo>"),
        ("desk.html", b"<desk>"),
        ("widget.js", b"widget()"),
        ("desk.css", b"a{}"),
    ];

    fn get(assets: &[(&str, &'static [u8])], path: &str) -> Response {
        serve_from(assets, path, &HeaderMap::new())
    }

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        let value = response.headers().get(name).expect("the header");
        value.to_str().expect("text")
    }

    #[test]
    fn files_are_served_with_their_type() {
        let rows = [
            ("/", "text/html; charset=utf-8"),
            ("/desk", "text/html; charset=utf-8"),
            ("/widget.js", "text/javascript; charset=utf-8"),
            ("/desk.css", "text/css; charset=utf-8"),
        ];
        for (path, kind) in rows {
            let response = get(BUILT, path);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(header(&response, "content-type"), kind);
        }
        for path in [
            "/desk.html",
            "/../Cargo.toml",
            "/widget.js/",
            "/nothing",
            "//",
        ] {
            assert_eq!(get(BUILT, path).status(), StatusCode::NOT_FOUND, "{path}");
        }
        let script = get(BUILT, "/widget.js");
        assert_eq!(
            header(&script, "cross-origin-resource-policy"),
            "cross-origin"
        );
        assert_eq!(header(&script, "access-control-allow-origin"), "*");
    }

    #[test]
    fn a_file_that_is_known_is_not_sent_again() {
        let first = get(BUILT, "/desk.css");
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
        let again = serve_from(BUILT, "/desk.css", &headers);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = serve_from(BUILT, "/widget.js", &headers);
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn a_bare_build_says_how_to_get_the_pages() {
        for path in ["/", "/desk"] {
            let response = get(&[], path);
            assert_eq!(response.status(), StatusCode::OK);
            assert!(format!("{:?}", response.body()).contains("make widget"));
        }
        assert_eq!(get(&[], "/widget.js").status(), StatusCode::NOT_FOUND);
    }
}
