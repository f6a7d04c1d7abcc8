//! Times, and spans of them, as people write them: `2026-11-24 13:52 UTC`, `5d8h40m`.

use crate::Timestamp;

/// Units, the longest first, with their seconds.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The seconds of `5d8h40m`: numbers with the units d, h, m and s, each at most once and in this order.
pub fn parse(text: &str) -> Option<i64> {
    let (mut rest, mut secs, mut units) = (text.trim(), 0_i64, UNITS.as_slice());
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
        let number: i64 = rest[..end].parse().ok()?;
        let unit = rest[end..].chars().next()?;
        let at = units.iter().position(|(own, _)| *own == unit)?;
        secs = secs.checked_add(number.checked_mul(units[at].1)?)?;
        (rest, units) = (&rest[end + 1..], &units[at + 1..]);
    }
    (!text.trim().is_empty()).then_some(secs)
}

/// The same seconds as text; `0s` for none.
pub fn text(secs: i64) -> String {
    let (mut rest, mut text) = (secs.max(0), String::new());
    for (unit, each) in UNITS {
        if rest >= each {
            text += &format!("{}{unit}", rest / each);
            rest %= each;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// `2026-11-24 13:52 UTC`.
pub fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_as_it_is_written() {
        assert_eq!(parse("5d8h40m"), Some(5 * 86_400 + 8 * 3_600 + 40 * 60));
        assert_eq!(parse("90s"), Some(90));
        for secs in [0, 59, 60, 3_661, 463_200] {
            assert_eq!(parse(&text(secs)), Some(secs));
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for wrong in
            ["", "10", "h", "5m8h", "1h1h", "-5m", "1.5h", "5 m", "9999999999999999d", "5µ"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
