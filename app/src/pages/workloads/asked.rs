//! What the table shows, as its address says it: reload, back and a copied link keep it, and a form
//! without scripts asks for it.

use serde::{Deserialize, Serialize};

use super::columns::{USUAL, column_of};

/// Search, filters, order, columns and place in the list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub search: String,
    /// Word of the Status column; empty shows all.
    pub phase: String,
    /// Conditions as in the public interface: `projectName=@vision`.
    pub filters: Vec<String>,
    /// Field of the public interface; empty: the newest first.
    pub sort: String,
    pub descending: bool,
    pub offset: usize,
    /// Keys of the chosen columns; empty: the usual ones.
    pub columns: Vec<String>,
}

impl Asked {
    /// Reads the address. What it does not know it passes over.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut asked = Self::default();
        let mut new = (String::new(), String::new(), String::new());
        for (name, value) in pairs {
            match name {
                "search" => asked.search = value.to_owned(),
                "phase" => asked.phase = value.to_owned(),
                "filter" if !value.is_empty() => asked.filters.push(value.to_owned()),
                // The fields of the form that adds a filter.
                "filter_field" => new.0 = value.to_owned(),
                "filter_comparison" => new.1 = value.to_owned(),
                "filter_value" => new.2 = value.trim().to_owned(),
                "sort" => asked.sort = value.to_owned(),
                "order" => asked.descending = value == "desc",
                "offset" => asked.offset = value.parse().unwrap_or_default(),
                "columns" => {
                    let known = value.split(',').filter(|key| column_of(key).is_some());
                    asked.columns.extend(known.map(str::to_owned));
                }
                _ => {}
            }
        }
        if !new.0.is_empty() && !new.2.is_empty() {
            asked.filters.push(format!("{}{}{}", new.0, new.1, new.2));
        }
        asked
    }

    /// The pairs of the address, without what is usual.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name, value: &str| {
            if !value.is_empty() {
                pairs.push((name, value.to_owned()));
            }
        };
        add("search", &self.search);
        add("phase", &self.phase);
        for filter in &self.filters {
            add("filter", filter);
        }
        add("sort", &self.sort);
        add("order", if self.descending { "desc" } else { "" });
        if self.offset > 0 {
            add("offset", &self.offset.to_string());
        }
        add("columns", &self.columns.join(","));
        pairs
    }

    /// The address of `page` with these pairs, and one workload opened.
    pub fn address(&self, page: &str, open: Option<&str>) -> String {
        let open = open.map(|id| ("open", id.to_owned()));
        let pairs: Vec<_> = self
            .pairs()
            .into_iter()
            .chain(open)
            .map(|(name, value)| format!("{name}={}", crate::browser::encode(&value)))
            .collect();
        match pairs.is_empty() {
            true => page.to_owned(),
            false => format!("{page}?{}", pairs.join("&")),
        }
    }

    /// The keys of the columns that are shown.
    pub fn shown_columns(&self) -> Vec<String> {
        match self.columns.is_empty() {
            true => USUAL.map(str::to_owned).to_vec(),
            false => self.columns.clone(),
        }
    }

    /// With this column shown or hidden.
    pub fn with_column(mut self, key: &str, shown: bool) -> Self {
        let mut keys = self.shown_columns();
        keys.retain(|own| own != key);
        if shown {
            keys.push(key.to_owned());
        }
        self.columns = keys;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Asked {
        Asked::of_pairs(query.split('&').filter_map(|pair| pair.split_once('=')))
    }

    #[test]
    fn the_address_keeps_everything() {
        let query = "search=nb&phase=Running&filter=projectName=@vision&filter=priority>=50\
                     &sort=name&order=desc&offset=50&columns=gpus,image";
        let asked = read(query);
        assert_eq!(asked.filters, ["projectName=@vision", "priority>=50"]);
        let again = asked.pairs();
        let pairs = again.iter().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(Asked::of_pairs(pairs), asked);
    }

    #[test]
    fn a_form_without_scripts_adds_a_filter() {
        let asked =
            read("filter=type==Workspace&filter_field=name&filter_comparison==^&filter_value= nb ");
        assert_eq!(asked.filters, ["type==Workspace", "name=^nb"]);
        assert_eq!(read("filter_field=name&filter_comparison===&filter_value=").filters, [""; 0]);
    }

    #[test]
    fn columns_nobody_knows_are_passed_over() {
        assert_eq!(read("columns=gpus,nonsense").shown_columns(), ["gpus"]);
        let fewer = read("").with_column("pods", false);
        assert!(!fewer.shown_columns().contains(&"pods".to_owned()));
    }
}
