//! The form as pairs of name and value: what the page's address keeps, what a form without scripts
//! sends, what a link to a draft holds, and what crosses between browser and server.

use serde::{Deserialize, Serialize};

use super::{Draft, Field, Input, LISTS, List, Row, place, table::FIELDS};

/// Names and values, in their order.
pub type Pairs = Vec<(String, String)>;

/// Rows of any list that an address may bring.
const ROWS_MAX: usize = 1_000;
/// The name that says that a list has no rows.
const EMPTY: &str = "empty";
/// The name of a row that is taken out, after its list's.
const OUT: &str = "out";

/// The pairs of an address's query, in their order: the router's own map gathers those of a name, and rows
/// would lose what is theirs.
pub fn pairs_of(search: &str) -> Pairs {
    form_urlencoded::parse(search.as_bytes()).into_owned().collect()
}

impl Serialize for Draft {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.pairs().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Draft {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Pairs::deserialize(from).map(|pairs| Self::of(&pairs))
    }
}

impl Draft {
    /// The form that these pairs say; names that it does not have are passed over.
    pub fn of(pairs: &[(String, String)]) -> Self {
        Self::default().over(pairs)
    }

    /// Everything that the form says.
    pub fn pairs(&self) -> Pairs {
        self.parts().into_iter().flatten().collect()
    }

    /// What differs from `base`: what the address keeps of a form that opened as `base`.
    pub fn pairs_over(&self, base: &Draft) -> Pairs {
        let both = self.parts().into_iter().zip(base.parts());
        both.filter(|(own, base)| own != base).flat_map(|(own, _)| own).collect()
    }

    /// This form after these pairs. A list that they speak of is all theirs.
    #[must_use]
    pub fn over(mut self, pairs: &[(String, String)]) -> Self {
        for list in LISTS {
            let of_list = |(name, value): &(String, String)| match name.as_str() {
                EMPTY => value == list.name,
                name => in_list(list, name).is_some(),
            };
            if pairs.iter().any(of_list) {
                self.rows_mut(list.name).clear();
            }
        }
        let mut before = "";
        for (name, value) in pairs {
            // Check boxes of a plain form come one by one.
            self.take(name, value, before == name);
            before = name;
        }
        self
    }

    /// The pairs of each field and each list, always in the same order.
    fn parts(&self) -> Vec<Pairs> {
        let one = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let fields = FIELDS.iter().zip(self.texts()).map(|(field, text)| one(field.name, text));
        fields.chain(LISTS.iter().map(|list| self.pairs_of_list(list))).collect()
    }

    /// The pairs of a list's rows; of none, the pair that says so.
    pub fn pairs_of_list(&self, list: &List) -> Pairs {
        match self.rows(list.name) {
            [] => vec![(EMPTY.to_owned(), list.name.to_owned())],
            rows => rows.iter().flat_map(|row| row_pairs(list, row)).collect(),
        }
    }

    fn take(&mut self, name: &str, value: &str, again: bool) {
        if let Some(at) = place(FIELDS, name) {
            let text = FIELDS[at].joined(self.text(name), value, again);
            self.set(name, text);
            return;
        }
        let found = LISTS.iter().find_map(|list| in_list(list, name).map(|tail| (*list, tail)));
        if let Some((list, tail)) = found {
            take_row(list, self.rows_mut(list.name), (tail, value), again);
        }
    }
}

impl Row {
    /// What is not as **+** adds it, by the names of the list's fields.
    pub fn pairs(&self) -> Pairs {
        let told = self.names_and_texts().filter(|(field, text)| *text != field.default);
        told.map(|(field, text)| (field.name.to_owned(), text.to_owned())).collect()
    }
}

impl Field {
    /// Whether its value is several with commas between them.
    pub fn is_several(&self) -> bool {
        matches!(self.input, Input::Several(_) | Input::Names(_))
    }

    /// What a further value makes of the field.
    fn joined(&self, before: &str, value: &str, again: bool) -> String {
        match again && self.is_several() && !before.is_empty() {
            true => format!("{before},{value}"),
            false => value.to_owned(),
        }
    }
}

/// The field's name in a row of `list`, where the name is of one.
fn in_list<'a>(list: &List, name: &'a str) -> Option<&'a str> {
    let tail = name.strip_prefix(list.name)?;
    match list.fields {
        // A list of names alone.
        [_] => tail.is_empty().then_some("name"),
        fields => tail.strip_prefix('_').filter(|t| *t == OUT || place(fields, t).is_some()),
    }
}

/// The first field of a row begins it; the others fill the last one.
fn take_row(list: &'static List, rows: &mut Vec<Row>, (tail, value): (&str, &str), again: bool) {
    let is_first = list.fields.first().is_some_and(|field| field.name == tail);
    if is_first && rows.len() < ROWS_MAX {
        rows.push(Row::filled(list, &[(tail, value)]));
        return;
    }
    let Some(last) = rows.last_mut() else { return };
    match tail {
        OUT => last.out = value == "on",
        _ if is_first => {}
        _ => {
            let joined = place(list.fields, tail)
                .map(|at| list.fields[at].joined(last.text(tail), value, again));
            last.set(tail, joined.unwrap_or_default());
        }
    }
}

/// What of a row is not as **+** adds it, after what begins it.
fn row_pairs(list: &List, row: &Row) -> Pairs {
    let name = |tail: &str| match list.fields {
        [_] => list.name.to_owned(),
        _ => format!("{}_{tail}", list.name),
    };
    let texts = row.names_and_texts().enumerate();
    let told = texts.filter(|(at, (field, text))| *at == 0 || *text != field.default);
    let pairs = told.map(|(_, (field, text))| (name(field.name), text.to_owned()));
    pairs.chain(row.out.then(|| (name(OUT), "on".to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Pairs {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_empty_form_needs_no_words() {
        assert_eq!(Draft::default().pairs_over(&Draft::default()), []);
    }

    #[test]
    fn a_form_that_opened_filled_in_keeps_what_was_changed_and_taken_away() {
        let base = Draft::default()
            .with("image", "of-the-policy")
            .with("fractioning", "on")
            .and("variable", &[("name", "A")])
            .and("variable", &[("name", "B")])
            .and("label", &[("name", "l")]);
        let mut own = base.clone().with("image", "").with("fractioning", "off");
        own.rows_mut("variable")[1].out = true;
        own.set_rows("label", vec![]);
        let pairs = own.pairs_over(&base);
        let said = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        assert_eq!(
            said.collect::<Vec<_>>().join("&"),
            "image=&fractioning=off&variable_name=A&variable_name=B&variable_out=on&empty=label"
        );
        assert_eq!(base.over(&pairs), own);
    }

    #[test]
    fn a_form_comes_back_from_its_address() {
        let draft = Draft::default()
            .with("image", "a")
            .with("fractioning", "on")
            .with("capabilities", "CHOWN,KILL")
            .and("node_pools", &[("name", "b")])
            .and("node_pools", &[("name", "a")])
            .and("variable", &[("name", "A"), ("source", "secret"), ("secret", "s"), ("key", "k")])
            .and("variable", &[("name", "B"), ("value", "1")])
            .and("tool", &[("kind", "tensorboard"), ("port", "1")])
            .and("toleration", &[("key", "a")])
            .and(
                "data",
                &[("kind", "volume"), ("modes", "readOnlyMany,readWriteMany"), ("path", "/d")],
            );
        assert_eq!(Draft::of(&draft.pairs()), draft);
    }

    #[test]
    fn the_rows_of_an_address_keep_what_is_theirs() {
        let search = "variable_name=A&variable_value=1+2&variable_name=B&variable_value=%C3%A9%26";
        let draft = Draft::of(&pairs_of(search));
        let rows: Vec<_> = draft
            .rows("variable")
            .iter()
            .map(|row| (row.text("name"), row.text("value")))
            .collect();
        assert_eq!(rows, [("A", "1 2"), ("B", "é&")]);
    }

    #[test]
    fn check_boxes_of_a_plain_form_come_one_by_one() {
        let draft = Draft::of(&pairs(&[
            ("capabilities", "CHOWN"),
            ("capabilities", "KILL"),
            ("data_kind", "volume"),
            ("data_modes", "readWriteOnce"),
            ("data_modes", "readWriteMany"),
        ]));
        assert_eq!(draft.text("capabilities"), "CHOWN,KILL");
        assert_eq!(draft.rows("data")[0].text("modes"), "readWriteOnce,readWriteMany");
    }

    #[test]
    fn strange_names_and_endless_lists_do_no_harm() {
        let mut all = pairs(&[("", ""), ("_", ""), ("tool_port", "1"), ("variable_nothing", "1")]);
        all.extend(std::iter::repeat_n(("variable_name".to_owned(), "x".to_owned()), 2 * ROWS_MAX));
        let draft = Draft::of(&all);
        assert_eq!(draft.rows("variable").len(), ROWS_MAX);
        assert!(draft.rows("tool").is_empty());
    }
}
