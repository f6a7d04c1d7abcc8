//! The form as pairs of name and value: what the page's address keeps, what a form without scripts
//! sends, what a link to a draft holds, and what crosses between browser and server.

use super::draft::{Draft, Pair, TOOLS, TolerationRow, Tool};

/// Names and values, in their order.
pub type Pairs = Vec<(String, String)>;

/// Rows of any list that an address may bring.
const ROWS_MAX: usize = 1_000;

/// The pairs of an address's query, in their order: the router's own map gathers those of a name, and rows
/// would lose what is theirs.
pub fn pairs_of(search: &str) -> Pairs {
    form_urlencoded::parse(search.as_bytes()).into_owned().collect()
}

impl From<Draft> for Pairs {
    fn from(draft: Draft) -> Self {
        draft.pairs()
    }
}

impl From<Pairs> for Draft {
    fn from(pairs: Pairs) -> Self {
        Self::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// Every plain text field: its name, the path of what it fills in, and the text. A unit fills in nothing
/// of its own.
macro_rules! texts {
    ($draft:expr) => {
        [
            ("image", "spec.image", &mut $draft.image),
            ("pull", "spec.imagePullPolicy", &mut $draft.pull),
            ("command", "spec.command", &mut $draft.command),
            ("args", "spec.args", &mut $draft.args),
            ("working_dir", "spec.workingDir", &mut $draft.working_dir),
            ("gpu_devices", "spec.compute.gpuDevicesRequest", &mut $draft.gpu_devices),
            ("gpu_format", "", &mut $draft.gpu_format),
            ("gpu_request", "", &mut $draft.gpu_request),
            ("cpu", "spec.compute.cpuCoreRequest", &mut $draft.cpu),
            ("cpu_unit", "", &mut $draft.cpu_unit),
            ("cpu_limit", "spec.compute.cpuCoreLimit", &mut $draft.cpu_limit),
            ("memory", "spec.compute.cpuMemoryRequest", &mut $draft.memory),
            ("memory_unit", "", &mut $draft.memory_unit),
            ("memory_limit", "spec.compute.cpuMemoryLimit", &mut $draft.memory_limit),
            ("node_type", "spec.nodeType", &mut $draft.node_type),
            ("preemptibility", "spec.preemptibility", &mut $draft.preemptibility),
            ("priority", "spec.priorityClass", &mut $draft.priority),
            ("grace", "spec.terminationGracePeriodSeconds", &mut $draft.grace),
            ("backoff", "spec.backoffLimit", &mut $draft.backoff),
            (
                "auto_deletion",
                "spec.autoDeletionTimeAfterCompletionSeconds",
                &mut $draft.auto_deletion,
            ),
            ("auto_deletion_unit", "", &mut $draft.auto_deletion_unit),
        ]
    };
}

/// The names of the lists; a row's fields begin with them.
const LISTS: [&str; 7] =
    ["node_pools", "variable", "extended", "annotation", "label", "tool", "toleration"];
/// The name that says that a list has no rows.
const EMPTY: &str = "empty";

impl Draft {
    /// Everything that the form says.
    pub fn pairs(&self) -> Pairs {
        self.parts().into_iter().flatten().collect()
    }

    /// What differs from `base`: what the address keeps of a form that opened as `base`.
    pub fn pairs_over(&self, base: &Draft) -> Pairs {
        let both = self.parts().into_iter().zip(base.parts());
        both.filter(|(own, base)| own != base).flat_map(|(own, _)| own).collect()
    }

    /// The form that these pairs say; names that it does not have are passed over.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::over(Draft::default(), pairs)
    }

    /// The form that opened as `base` after these pairs. A list that they speak of is all theirs.
    pub fn over<'a>(mut base: Draft, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let pairs: Vec<_> = pairs.into_iter().collect();
        for list in LISTS {
            let of_list = |(name, value): &(&str, &str)| match *name {
                EMPTY => *value == list,
                "node_pools" => list == "node_pools",
                name => name.split_once('_').is_some_and(|(of, _)| of == list),
            };
            if pairs.iter().any(of_list) {
                base.empty(list);
            }
        }
        for (name, value) in pairs {
            base.take(name, value);
        }
        base
    }

    /// The text of a plain field of that name.
    pub fn text(&mut self, name: &str) -> Option<&mut String> {
        texts!(self).into_iter().find(|(own, ..)| *own == name).map(|(_, _, text)| text)
    }

    /// The text of the plain field that fills in `path`.
    pub fn text_at(&mut self, path: &str) -> Option<&mut String> {
        texts!(self).into_iter().find(|(_, own, _)| *own == path).map(|(_, _, text)| text)
    }

    /// The pairs of each field and each list, always in the same order.
    fn parts(&self) -> Vec<Pairs> {
        let mut own = self.clone();
        let one = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let mut parts: Vec<_> =
            texts!(own).into_iter().map(|(name, _, text)| one(name, text)).collect();
        for (name, set) in [("fractioning", self.fractioning), ("large_shm", self.large_shm)] {
            parts.push(one(name, if set { "on" } else { "off" }));
        }
        for list in LISTS {
            let rows = self.rows(list);
            parts.push(if rows.is_empty() { one(EMPTY, list) } else { rows });
        }
        parts
    }

    /// The pairs of a list's rows.
    fn rows(&self, list: &str) -> Pairs {
        let pairs = match list {
            "variable" => &self.variables,
            "extended" => &self.extended,
            "annotation" => &self.annotations,
            "label" => &self.labels,
            "tool" => return self.tools.iter().flat_map(tool_pairs).collect(),
            "toleration" => return self.tolerations.iter().flat_map(toleration_pairs).collect(),
            _ => {
                let pools = self.node_pools.iter();
                return pools.map(|pool| (list.to_owned(), pool.clone())).collect();
            }
        };
        let row = |pair: &Pair| {
            let field = |field: &str, value: &str| (format!("{list}_{field}"), value.to_owned());
            let out = pair.out.then(|| field("out", "on"));
            [field("name", &pair.name), field("value", &pair.value)].into_iter().chain(out)
        };
        pairs.iter().flat_map(row).collect()
    }

    fn empty(&mut self, list: &str) {
        match list {
            "variable" => self.variables.clear(),
            "extended" => self.extended.clear(),
            "annotation" => self.annotations.clear(),
            "label" => self.labels.clear(),
            "tool" => self.tools.clear(),
            "toleration" => self.tolerations.clear(),
            _ => self.node_pools.clear(),
        }
    }

    fn take(&mut self, name: &str, value: &str) {
        if let Some(text) = self.text(name) {
            value.clone_into(text);
            return;
        }
        match name {
            "fractioning" => self.fractioning = value == "on",
            "large_shm" => self.large_shm = value == "on",
            "node_pools" if self.node_pools.len() < ROWS_MAX => {
                self.node_pools.push(value.to_owned());
            }
            _ => self.take_row(name, value),
        }
    }

    /// The first field of a row begins it; the others fill the last one.
    fn take_row(&mut self, name: &str, value: &str) {
        let Some((list, field)) = name.split_once('_') else { return };
        let pairs = match list {
            "variable" => &mut self.variables,
            "extended" => &mut self.extended,
            "annotation" => &mut self.annotations,
            "label" => &mut self.labels,
            "tool" => return self.take_tool(field, value),
            "toleration" => return self.take_toleration(field, value),
            _ => return,
        };
        if field == "name" && pairs.len() < ROWS_MAX {
            pairs.push(Pair { name: value.to_owned(), ..Pair::default() });
            return;
        }
        match (field, pairs.last_mut()) {
            ("value", Some(last)) => value.clone_into(&mut last.value),
            ("out", Some(last)) => last.out = value == "on",
            _ => {}
        }
    }

    fn take_tool(&mut self, field: &str, value: &str) {
        if field == "kind" && self.tools.len() < ROWS_MAX {
            let known = TOOLS.iter().find(|kind| kind.name == value);
            let tool = known.map(Tool::of).unwrap_or_default();
            self.tools.push(Tool { kind: value.to_owned(), ..tool });
            return;
        }
        let Some(last) = self.tools.last_mut() else { return };
        let text = match field {
            "connection" => &mut last.connection,
            "port" => &mut last.port,
            "address" => &mut last.address,
            "access" => &mut last.access,
            "allowed" => &mut last.allowed,
            _ => return,
        };
        value.clone_into(text);
    }

    fn take_toleration(&mut self, field: &str, value: &str) {
        if field == "key" && self.tolerations.len() < ROWS_MAX {
            let row = TolerationRow { key: value.to_owned(), ..TolerationRow::default() };
            self.tolerations.push(row);
            return;
        }
        let Some(last) = self.tolerations.last_mut() else { return };
        let text = match field {
            "operator" => &mut last.operator,
            "value" => &mut last.value,
            "effect" => &mut last.effect,
            _ => return,
        };
        value.clone_into(text);
    }
}

fn tool_pairs(tool: &Tool) -> [(String, String); 6] {
    [
        ("tool_kind", &tool.kind),
        ("tool_connection", &tool.connection),
        ("tool_port", &tool.port),
        ("tool_address", &tool.address),
        ("tool_access", &tool.access),
        ("tool_allowed", &tool.allowed),
    ]
    .map(|(name, value)| (name.to_owned(), value.clone()))
}

fn toleration_pairs(row: &TolerationRow) -> [(String, String); 4] {
    [
        ("toleration_key", &row.key),
        ("toleration_operator", &row.operator),
        ("toleration_value", &row.value),
        ("toleration_effect", &row.effect),
    ]
    .map(|(name, value)| (name.to_owned(), value.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_needs_no_words() {
        assert_eq!(Draft::default().pairs_over(&Draft::default()), []);
    }

    #[test]
    fn a_form_that_opened_filled_in_keeps_what_was_changed_and_taken_away() {
        let pair = |name: &str| Pair { name: name.into(), ..Pair::default() };
        let base = Draft {
            image: "of-the-policy".into(),
            fractioning: true,
            variables: vec![pair("A"), pair("B")],
            labels: vec![pair("l")],
            ..Draft::default()
        };
        let out = Pair { out: true, ..pair("B") };
        let own = Draft {
            image: String::new(),
            fractioning: false,
            variables: vec![pair("A"), out],
            labels: vec![],
            ..base.clone()
        };
        let pairs = own.pairs_over(&base);
        let said = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        let said = said.collect::<Vec<_>>().join("&");
        assert_eq!(
            said,
            "image=&fractioning=off&variable_name=A&variable_value=&\
             variable_name=B&variable_value=&variable_out=on&empty=label"
        );
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(Draft::over(base, pairs), own);
    }

    #[test]
    fn a_form_comes_back_from_its_address() {
        let pair = |name: &str| Pair { name: name.into(), value: "1".into(), out: false };
        let draft = Draft {
            image: "a".into(),
            fractioning: true,
            node_pools: vec!["b".into(), "a".into()],
            variables: vec![pair("A"), pair("B")],
            labels: vec![pair("l")],
            tools: vec![Tool::default(), Tool { port: "1".into(), ..Tool::of(&TOOLS[3]) }],
            tolerations: vec![TolerationRow::default()],
            ..Draft::default()
        };
        let pairs = draft.pairs();
        let read = Draft::from_pairs(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        assert_eq!(read, draft);
    }

    #[test]
    fn the_rows_of_an_address_keep_what_is_theirs() {
        let search = "variable_name=A&variable_value=1+2&variable_name=B&variable_value=%C3%A9%26";
        let draft = Draft::from(pairs_of(search));
        let rows: Vec<_> = draft.variables.iter().map(|row| (&*row.name, &*row.value)).collect();
        assert_eq!(rows, [("A", "1 2"), ("B", "é&")]);
    }

    #[test]
    fn strange_names_and_endless_lists_do_no_harm() {
        let many = std::iter::repeat_n(("variable_name", "x"), 2 * ROWS_MAX);
        let draft =
            Draft::from_pairs([("", ""), ("_", ""), ("tool_port", "1")].into_iter().chain(many));
        assert_eq!(draft.variables.len(), ROWS_MAX);
        assert!(draft.tools.is_empty());
    }
}
