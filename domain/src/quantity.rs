//! Amounts, exact: GPUs in millionths, CPU in thousandths of a core, memory in bytes. The text form
//! of memory is the Kubernetes quantity (`100M`, `4G`, `2Gi`, `1e3`).

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Mul, Sub, SubAssign},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// The most that is believed of any amount; keeps every sum of ours far from overflow.
const UNITS_MAX: f64 = 1e15;

/// The text is no quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Enter a number with a unit, such as 500M, 4G or 2Gi")]
pub struct NoQuantity;

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, $per_unit:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64))]
        pub struct $name(pub i64);

        impl $name {
            pub const ZERO: Self = Self(0);

            /// The nearest amount; `None` when the number is not finite or absurdly large.
            pub fn from_f64(number: f64) -> Option<Self> {
                let units = number * $per_unit as f64;
                (units.is_finite() && units.abs() <= UNITS_MAX).then(|| Self(units.round() as i64))
            }

            pub fn as_f64(self) -> f64 {
                self.0 as f64 / $per_unit as f64
            }

            pub fn saturating_sub(self, other: Self) -> Self {
                Self((self.0 - other.0).max(0))
            }

            pub fn is_zero(self) -> bool {
                self.0 == 0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Mul<i64> for $name {
            type Output = Self;
            fn mul(self, times: i64) -> Self {
                Self(self.0 * times)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, Add::add)
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let whole = self.0 / $per_unit;
                match whole * $per_unit == self.0 {
                    true => to.serialize_i64(whole),
                    false => to.serialize_f64(self.as_f64()),
                }
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let number = f64::deserialize(from)?;
                Self::from_f64(number).ok_or_else(|| serde::de::Error::custom("number too large"))
            }
        }
    };
}

amount!(
    /// GPUs, in millionths of one. On the wire a number: `0.5`.
    Gpus,
    1_000_000
);
amount!(
    /// CPU, in thousandths of a core. On the wire a number of cores: `0.1`.
    Cores,
    1_000
);
amount!(
    /// Memory in bytes. On the wire a number of bytes; submissions write quantities.
    MemoryBytes,
    1
);

impl Gpus {
    /// Whole GPUs.
    pub const fn whole(count: i64) -> Self {
        Self(count * 1_000_000)
    }
}

impl Cores {
    pub const fn whole(count: i64) -> Self {
        Self(count * 1_000)
    }
}

impl MemoryBytes {
    pub const fn gb(count: i64) -> Self {
        Self(count * 1_000_000_000)
    }

    pub const fn gib(count: i64) -> Self {
        Self(count << 30)
    }
}

/// `2 GPUs`, `1 GPU`, `0.5 GPUs`: at most three decimals.
impl fmt::Display for Gpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.0 == 1_000_000 { "GPU" } else { "GPUs" };
        write!(f, "{} {unit}", decimals(self.as_f64()))
    }
}

/// `4 cores`, `0.1 cores`.
impl fmt::Display for Cores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.0 == 1_000 { "core" } else { "cores" };
        write!(f, "{} {unit}", decimals(self.as_f64()))
    }
}

/// `16 GB`, `1.5 GB`, `100 MB`: decimal units, as the form writes them.
impl fmt::Display for MemoryBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        let (number, unit) = match self.0.abs() {
            1_000_000_000_000.. => (bytes / 1e12, "TB"),
            1_000_000_000.. => (bytes / 1e9, "GB"),
            1_000_000.. => (bytes / 1e6, "MB"),
            _ => (bytes / 1e3, "kB"),
        };
        write!(f, "{} {unit}", decimals((number * 100.0).round() / 100.0))
    }
}

/// A number with at most three decimals and no trailing zeros.
pub fn decimals(number: f64) -> String {
    rounded(number, 3)
}

/// A number with at most so many decimals, up to nine, and no trailing zeros. By whole numbers: what the standard
/// library knows of writing floats is most of a page's weight that numbers have.
pub fn rounded(number: f64, places: u32) -> String {
    let unit = 10_u64.pow(places.min(9));
    let size = number.abs();
    // From there on a float has no decimals, or the parts have no room.
    let is_large = size * unit as f64 >= (1_u64 << 53) as f64;
    let scaled = if is_large { 0 } else { (size * unit as f64 + 0.5) as u64 };
    let (whole, part) = if is_large { (size as u64, 0) } else { (scaled / unit, scaled % unit) };
    let sign = if number < 0.0 && (whole, part) != (0, 0) { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    // As many digits as there are places, with the zeros in front.
    let part = (part + unit).to_string();
    format!("{sign}{whole}.{}", part[1..].trim_end_matches('0'))
}

/// Reads a plain decimal number, as people type it: `-1.5`. Nothing else is one, no exponent and no `inf`.
pub fn number_in(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    if !is_plain || whole.len() + part.len() == 0 {
        return None;
    }
    // More than fifteen digits are more than a float holds.
    let read = |text: &str| text.bytes().fold(0.0, |sum, b| sum * 10.0 + f64::from(b - b'0'));
    let part = &part[..part.len().min(15)];
    let unit = 10_u64.pow(u32::try_from(part.len()).unwrap_or(0)) as f64;
    let (whole, part) = (read(whole), read(part));
    // One division, so that what has a nearest float becomes it.
    let exact = whole * unit + part;
    let number = if exact < 9e15 { exact / unit } else { whole + part / unit };
    number.is_finite().then_some(sign * number)
}

impl FromStr for MemoryBytes {
    type Err = NoQuantity;

    /// Reads a Kubernetes quantity exactly; a fraction of a byte is rounded up.
    fn from_str(text: &str) -> Result<Self, NoQuantity> {
        let (nano, rest) = mantissa(text.strip_prefix('+').unwrap_or(text))?;
        scaled(nano, rest).and_then(|bytes| i64::try_from(bytes).ok()).map(Self).ok_or(NoQuantity)
    }
}

/// The digits before the unit, in billionths, and the unit.
fn mantissa(text: &str) -> Result<(i128, &str), NoQuantity> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = part.bytes().all(|b| b.is_ascii_digit()) && whole.len() + part.len() > 0;
    if !plain || whole.len() > 18 || part.len() > 9 {
        return Err(NoQuantity);
    }
    let number: i128 = format!("0{whole}{part:0<9}").parse().map_err(|_| NoQuantity)?;
    Ok((number, unit))
}

/// Billionths times their unit, in whole units rounded up; at most 2^62.
fn scaled(nano: i128, unit: &str) -> Option<i128> {
    const NANO: i128 = 1_000_000_000;
    let (times, by) = match unit {
        "" => (1, NANO),
        "n" => (1, NANO * NANO),
        "u" => (1, NANO * 1_000_000),
        "m" => (1, NANO * 1_000),
        "k" | "K" => (1_000, NANO),
        "M" => (1_000_000, NANO),
        "G" => (NANO, NANO),
        "T" => (NANO * 1_000, NANO),
        "P" => (NANO * 1_000_000, NANO),
        "E" => (NANO * NANO, NANO),
        "Ki" => (1 << 10, NANO),
        "Mi" => (1 << 20, NANO),
        "Gi" => (1 << 30, NANO),
        "Ti" => (1 << 40, NANO),
        "Pi" => (1 << 50, NANO),
        "Ei" => (1 << 60, NANO),
        _ => exponent(unit)?,
    };
    let product = nano.checked_mul(times)?;
    let units = (product + by - 1) / by;
    (units <= 1 << 62).then_some(units)
}

/// `e3`, `E-2`: ten to that power, as a factor of billionths.
fn exponent(unit: &str) -> Option<(i128, i128)> {
    const NANO: i128 = 1_000_000_000;
    let power: i32 = unit.strip_prefix(['e', 'E'])?.parse().ok()?;
    match power {
        0..=18 => Some((10_i128.pow(power as u32), NANO)),
        -18..0 => Some((1, NANO * 10_i128.pow(-power as u32))),
        _ => None,
    }
}

/// What a pod takes, a queue holds or a node offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    pub gpu: Gpus,
    pub cpu: Cores,
    pub memory: MemoryBytes,
}

impl Add for Resources {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            gpu: self.gpu + other.gpu,
            cpu: self.cpu + other.cpu,
            memory: self.memory + other.memory,
        }
    }
}

impl Sub for Resources {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            gpu: self.gpu - other.gpu,
            cpu: self.cpu - other.cpu,
            memory: self.memory - other.memory,
        }
    }
}

impl AddAssign for Resources {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Resources {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Resources {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantities_are_read_exactly() {
        let cases = [
            ("100M", 100_000_000),
            ("4G", 4_000_000_000),
            ("2Gi", 2 << 30),
            ("1.5Gi", 3 << 29),
            ("+5k", 5_000),
            ("1e3", 1_000),
            ("12E-1", 2),
            ("100m", 1),
            ("0", 0),
            ("0.1", 1),
        ];
        for (text, bytes) in cases {
            assert_eq!(text.parse(), Ok(MemoryBytes(bytes)), "{text}");
        }
    }

    #[test]
    fn numbers_are_written_short_and_read_plainly() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.5, "0.5"),
            (-1.25, "-1.25"),
            (0.0004, "0"),
            (-0.0004, "0"),
            (2.9996, "3"),
            (1234.056, "1234.056"),
            (1e17, "100000000000000000"),
        ] {
            assert_eq!(decimals(number), text);
        }
        assert_eq!(rounded(0.1 + 0.2, 9), "0.3");
        let read = [(" 1.5 ", 1.5), ("-2", -2.0), ("+.5", 0.5), ("3.", 3.0), ("0.1", 0.1)];
        for (text, number) in read {
            assert_eq!(number_in(text), Some(number), "{text:?}");
        }
        for text in ["", "-", ".", "1e3", "inf", "NaN", "0x1", "1,5", "1 2", "--1", "١"] {
            assert_eq!(number_in(text), None, "{text:?}");
        }
    }

    proptest! {
        /// As the standard library does it, which pages are too small for.
        #[test]
        fn numbers_are_what_the_standard_library_makes_of_them(
            thousandths in -2_000_000_000_000_i64..2_000_000_000_000
        ) {
            let number = thousandths as f64 / 1_000.0;
            prop_assert_eq!(decimals(number), number.to_string());
            prop_assert_eq!(number_in(&number.to_string()), Some(number));
        }
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "G", ".", "1.2.3", "-1", "1 G", "1GB", "١", "9E", "1e99", "NaN", "1e"] {
            assert_eq!(text.parse::<MemoryBytes>(), Err(NoQuantity), "{text}");
        }
    }

    #[test]
    fn amounts_read_as_people_write_them() {
        assert_eq!(Gpus::whole(1).to_string(), "1 GPU");
        assert_eq!(decimals(-0.0), "0");
        assert_eq!(Gpus(2_500_000).to_string(), "2.5 GPUs");
        assert_eq!(Cores(100).to_string(), "0.1 cores");
        assert_eq!(MemoryBytes::gb(16).to_string(), "16 GB");
        assert_eq!(MemoryBytes(100_000_000).to_string(), "100 MB");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = text.parse::<MemoryBytes>();
        }

        #[test]
        fn bytes_read_back(bytes in 0_i64..1 << 50) {
            prop_assert_eq!(bytes.to_string().parse(), Ok(MemoryBytes(bytes)));
        }
    }
}
