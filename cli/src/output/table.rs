//! Tables of text: columns side by side, two spaces between them.

/// Rows below their titles; no titles, no first line.
pub fn table(titles: Option<&[&str]>, rows: &[Vec<String>]) -> String {
    let titles = titles.map(|titles| titles.iter().map(|title| (*title).to_owned()).collect());
    let lines: Vec<&Vec<String>> = titles.iter().chain(rows).collect();
    let columns = lines.iter().map(|line| line.len()).max().unwrap_or_default();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    lines.iter().map(|line| row(line, &widths)).collect()
}

fn row(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
}

/// Names and values below a title. What has no value is not there.
pub fn facts(title: &str, facts: &[(&str, String)]) -> String {
    let known = facts.iter().filter(|(_, value)| !value.is_empty());
    let rows: Vec<_> =
        known.map(|(name, value)| vec![format!("  {name}:"), value.clone()]).collect();
    match rows.is_empty() {
        true => String::new(),
        false => format!("{title}\n{}", table(None, &rows)),
    }
}
