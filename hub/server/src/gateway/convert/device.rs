//! A device told from its user agent: enough for an agent to help, not a fingerprint.

use protocol::snapshot::Device;

/// Kind, system and browser. First match counts: browsers name others after themselves.
pub(super) fn device(user_agent: &str) -> Device {
    let find = |table: &[(&str, &str)]| {
        let hit = table.iter().find(|(mark, _)| user_agent.contains(mark));
        hit.map_or("other", |(_, name)| *name).to_owned()
    };
    Device {
        kind: find(&[
            ("iPad", "tablet"),
            ("Tablet", "tablet"),
            ("Mobi", "phone"),
            ("iPhone", "phone"),
            ("Android", "tablet"),
            ("Mozilla", "desktop"),
        ]),
        os: find(&[
            ("Windows", "Windows"),
            ("iPhone", "iOS"),
            ("iPad", "iOS"),
            ("Android", "Android"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]),
        browser: find(&[
            ("MicroMessenger", "WeChat"),
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser", "Samsung Internet"),
            ("Firefox/", "Firefox"),
            ("CriOS", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn common_browsers_are_told_apart() {
        let edge = device(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0",
        );
        assert_eq!(
            (edge.kind.as_str(), edge.os.as_str(), edge.browser.as_str()),
            ("desktop", "Windows", "Edge")
        );
        let phone = device(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1",
        );
        assert_eq!(
            (
                phone.kind.as_str(),
                phone.os.as_str(),
                phone.browser.as_str()
            ),
            ("phone", "iOS", "Safari")
        );
        assert_eq!(device("curl/8").kind, "other");
    }
}
