//! Whatever comes: hostile texts for hosts, paths and redirects.
#![allow(clippy::unwrap_used, reason = "tests, which clippy does not see as such in a macro")]

use http::{HeaderMap, HeaderValue, Uri, header};
use proptest::prelude::*;
use proxy::{Location, Way, authority, location, own_path};
use url::Url;

fn way() -> Way {
    Way {
        tool: std::net::SocketAddr::from(([127, 0, 0, 1], 36_631)),
        scheme: "http",
        authority: "vision-nb.localhost:8080".into(),
        peer: None,
        own_cookies: &["berth", "__Host-berth"],
        port: None,
    }
}

/// Texts that browsers read in ways of their own.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("/"),
        Just("\\"),
        Just("\t"),
        Just("\r\n"),
        Just("//"),
        Just("http:"),
        Just("https:"),
        Just("javascript:"),
        Just("@"),
        Just(":"),
        Just("."),
        Just("%2f"),
        Just("%5c"),
        Just("?"),
        Just("#"),
        Just("evil.example"),
        Just("vision-nb.localhost:8080"),
        Just("127.0.0.1:36631"),
        Just("localhost"),
        Just("[::1]"),
        Just("\u{0}"),
        Just("\u{3002}"),
        Just("ä"),
        Just(" "),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// What is kept inside is inside for every browser too.
    #[test]
    fn a_redirect_inside_stays_inside(text in hostile(), path in hostile()) {
        let way = way();
        if let Some(Location::Inside(there)) = location(&text, &path, &way) {
            let (read, own) = (Url::parse(&there).unwrap(), Url::parse(&way.origin()).unwrap());
            prop_assert_eq!(read.origin(), own.origin(), "{:?} became {:?}", text, there);
        }
    }

    #[test]
    fn a_path_that_is_kept_is_of_ones_own_origin(text in hostile()) {
        let base = Url::parse("https://berth.example.org/sign-in").unwrap();
        let kept = own_path(&text);
        let there = base.join(kept).unwrap();
        prop_assert_eq!(there.origin(), base.origin(), "{:?} became {:?}", text, kept);
        prop_assert!(HeaderValue::from_str(kept).is_ok());
    }

    /// A name that is understood is one that a browser would show so.
    #[test]
    fn a_host_is_a_name_or_none(text in hostile()) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            headers.insert(header::HOST, value);
        }
        if let Ok((name, _)) = authority(&Uri::from_static("/"), &headers) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._[:]".contains(c);
            prop_assert!(name.chars().all(plain), "{text:?} became {name:?}");
            prop_assert!(!name.is_empty());
        }
    }
}
