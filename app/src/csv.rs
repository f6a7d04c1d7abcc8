//! Tables for other programs (RFC 4180).

/// No file has more rows (`form-and-assets.md` §5.4).
pub const ROWS_MAX: usize = 20_000;

/// A row. A cell that a spreadsheet would take for a formula begins with an apostrophe.
pub fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quote = |cell: &str| {
        let guard = if cell.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    };
    cells.map(quote).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_is_no_formula() {
        let cells = ["a \"b\"", "=1+1", "plain"];
        assert_eq!(line(cells.into_iter()), "\"a \"\"b\"\"\",\"'=1+1\",\"plain\"\r\n");
    }
}
