//! The form as pairs of name and value: what the page's address keeps, what a form without scripts
//! sends, what a link to a draft holds, and what crosses between browser and server. Fields that are as they were at the start are left out.

use super::draft::{Draft, Pair, TOOLS, TolerationRow, Tool};

/// Names and values, in their order.
pub type Pairs = Vec<(String, String)>;

/// Rows of any list that an address may bring.
const ROWS_MAX: usize = 1_000;

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

/// Every plain text field with its name.
macro_rules! texts {
    ($draft:expr) => {
        [
            ("image", &mut $draft.image),
            ("pull", &mut $draft.pull),
            ("command", &mut $draft.command),
            ("args", &mut $draft.args),
            ("working_dir", &mut $draft.working_dir),
            ("gpu_devices", &mut $draft.gpu_devices),
            ("gpu_format", &mut $draft.gpu_format),
            ("gpu_request", &mut $draft.gpu_request),
            ("cpu", &mut $draft.cpu),
            ("cpu_unit", &mut $draft.cpu_unit),
            ("cpu_limit", &mut $draft.cpu_limit),
            ("memory", &mut $draft.memory),
            ("memory_unit", &mut $draft.memory_unit),
            ("memory_limit", &mut $draft.memory_limit),
            ("node_type", &mut $draft.node_type),
            ("preemptibility", &mut $draft.preemptibility),
            ("priority", &mut $draft.priority),
            ("grace", &mut $draft.grace),
            ("backoff", &mut $draft.backoff),
            ("auto_deletion", &mut $draft.auto_deletion),
            ("auto_deletion_unit", &mut $draft.auto_deletion_unit),
        ]
    };
}

impl Draft {
    /// What differs from the empty form.
    pub fn pairs(&self) -> Pairs {
        let (mut own, mut blank) = (self.clone(), Draft::default());
        let own_texts = texts!(own).map(|(name, text)| (name, text.clone()));
        let blank_texts = texts!(blank).map(|(_, text)| text.clone());
        let differ =
            own_texts.into_iter().zip(blank_texts).filter(|((_, own), blank)| own != blank);
        let mut pairs: Vec<_> = differ.map(|((name, own), _)| (name.to_owned(), own)).collect();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        for (name, set) in [("fractioning", self.fractioning), ("large_shm", self.large_shm)] {
            if set {
                add(name, "on".into());
            }
        }
        self.node_pools.iter().for_each(|pool| add("node_pools", pool.clone()));
        for (name, list) in [
            ("variable", &self.variables),
            ("extended", &self.extended),
            ("annotation", &self.annotations),
            ("label", &self.labels),
        ] {
            for pair in list {
                add(&format!("{name}_name"), pair.name.clone());
                add(&format!("{name}_value"), pair.value.clone());
            }
        }
        for tool in &self.tools {
            add("tool_kind", tool.kind.clone());
            add("tool_connection", tool.connection.clone());
            add("tool_port", tool.port.clone());
            add("tool_address", tool.address.clone());
            add("tool_access", tool.access.clone());
            add("tool_allowed", tool.allowed.clone());
        }
        for row in &self.tolerations {
            add("toleration_key", row.key.clone());
            add("toleration_operator", row.operator.clone());
            add("toleration_value", row.value.clone());
            add("toleration_effect", row.effect.clone());
        }
        pairs
    }

    /// The form that these pairs say; names that it does not have are passed over.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut draft = Draft::default();
        for (name, value) in pairs {
            draft.take(name, value);
        }
        draft
    }

    fn take(&mut self, name: &str, value: &str) {
        if let Some((_, text)) = texts!(self).into_iter().find(|(own, _)| *own == name) {
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
            pairs.push(Pair { name: value.to_owned(), value: String::new() });
        } else if let Some(last) = pairs.last_mut().filter(|_| field == "value") {
            value.clone_into(&mut last.value);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_needs_no_words() {
        assert_eq!(Draft::default().pairs(), []);
    }

    #[test]
    fn a_form_comes_back_from_its_address() {
        let pair = |name: &str| Pair { name: name.into(), value: "1".into() };
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
    fn strange_names_and_endless_lists_do_no_harm() {
        let many = std::iter::repeat_n(("variable_name", "x"), 2 * ROWS_MAX);
        let draft =
            Draft::from_pairs([("", ""), ("_", ""), ("tool_port", "1")].into_iter().chain(many));
        assert_eq!(draft.variables.len(), ROWS_MAX);
        assert!(draft.tools.is_empty());
    }
}
