//! Quantities as Kubernetes writes them: `500m`, `512Gi`, `1e3`, `64`.

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

const UNITS: [(&str, f64); 15] = [
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// In whole units; what is no quantity is nothing.
pub fn amount(quantity: &Quantity) -> f64 {
    let text = quantity.0.trim();
    // `1e3` ends in no unit, and `1E` in one.
    let plain = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let with_unit = || {
        let (number, unit) =
            UNITS.iter().find_map(|(unit, of)| Some((text.strip_suffix(unit)?, of)))?;
        Some(number.parse::<f64>().ok()? * unit)
    };
    plain.or_else(with_unit).unwrap_or_default()
}

/// Rounded to what is counted by piece.
pub fn count(quantity: &Quantity) -> i64 {
    amount(quantity).round() as i64
}

/// Thousandths.
pub fn thousandths(quantity: &Quantity) -> i64 {
    (amount(quantity) * 1e3).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_an_api_server_writes() {
        let cases = [
            ("500m", 0.5),
            ("512Gi", 549_755_813_888.0),
            ("1e3", 1e3),
            ("64", 64.0),
            ("12E", 12e18),
        ];
        for (text, right) in cases {
            assert!((amount(&Quantity(text.into())) - right).abs() < 1e-6, "{text}");
        }
        assert_eq!(thousandths(&Quantity("1500u".into())), 2);
        assert_eq!(count(&Quantity("much".into())), 0);
    }
}
