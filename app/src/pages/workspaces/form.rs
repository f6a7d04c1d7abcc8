//! The form while somebody fills it in: a signal for every field, and the draft that they make.

use leptos::prelude::*;

use super::draft::{Draft, Pair, TolerationRow, Tool};
use crate::ui::OrderItem;

macro_rules! form {
    ($($text:ident),+) => {
        /// Every field as a signal. Cheap to copy.
        #[derive(Clone, Copy)]
        pub struct Form {
            $(pub $text: RwSignal<String>,)+
            pub fractioning: RwSignal<bool>,
            pub large_shm: RwSignal<bool>,
            pub node_pools: RwSignal<Vec<OrderItem>>,
            pub tools: RwSignal<Vec<ToolRow>>,
            pub variables: RwSignal<Vec<PairRow>>,
            pub extended: RwSignal<Vec<PairRow>>,
            pub annotations: RwSignal<Vec<PairRow>>,
            pub labels: RwSignal<Vec<PairRow>>,
            pub tolerations: RwSignal<Vec<TolerationFields>>,
        }

        impl Form {
            /// The form filled in with `draft`.
            pub fn of(draft: Draft) -> Self {
                Self {
                    $($text: RwSignal::new(draft.$text),)+
                    fractioning: RwSignal::new(draft.fractioning),
                    large_shm: RwSignal::new(draft.large_shm),
                    node_pools: RwSignal::new(draft.node_pools.into_iter().map(pool).collect()),
                    tools: rows(draft.tools, ToolRow::of),
                    variables: rows(draft.variables, PairRow::of),
                    extended: rows(draft.extended, PairRow::of),
                    annotations: rows(draft.annotations, PairRow::of),
                    labels: rows(draft.labels, PairRow::of),
                    tolerations: rows(draft.tolerations, TolerationFields::of),
                }
            }

            /// Fills the form in anew, after a fix or a reset.
            pub fn fill(self, draft: Draft) {
                $(if self.$text.with_untracked(|old| *old != draft.$text) {
                    self.$text.set(draft.$text);
                })+
                self.fractioning.set(draft.fractioning);
                self.large_shm.set(draft.large_shm);
                self.node_pools.set(draft.node_pools.into_iter().map(pool).collect());
                self.tools.set(numbered(draft.tools, ToolRow::of));
                self.variables.set(numbered(draft.variables, PairRow::of));
                self.extended.set(numbered(draft.extended, PairRow::of));
                self.annotations.set(numbered(draft.annotations, PairRow::of));
                self.labels.set(numbered(draft.labels, PairRow::of));
                self.tolerations.set(numbered(draft.tolerations, TolerationFields::of));
            }

            /// What the form says now. Whoever reads it is told of every change.
            pub fn draft(self) -> Draft {
                Draft {
                    $($text: self.$text.get(),)+
                    fractioning: self.fractioning.get(),
                    large_shm: self.large_shm.get(),
                    node_pools: self.node_pools.get().into_iter().map(|item| item.value).collect(),
                    tools: self.tools.get().iter().map(ToolRow::tool).collect(),
                    variables: self.variables.get().iter().map(PairRow::pair).collect(),
                    extended: self.extended.get().iter().map(PairRow::pair).collect(),
                    annotations: self.annotations.get().iter().map(PairRow::pair).collect(),
                    labels: self.labels.get().iter().map(PairRow::pair).collect(),
                    tolerations: self.tolerations.get().iter().map(TolerationFields::row).collect(),
                }
            }
        }
    };
}

form!(
    image,
    pull,
    command,
    args,
    working_dir,
    gpu_devices,
    gpu_format,
    gpu_request,
    cpu,
    cpu_unit,
    cpu_limit,
    memory,
    memory_unit,
    memory_limit,
    node_type,
    preemptibility,
    priority,
    grace,
    backoff,
    auto_deletion,
    auto_deletion_unit
);

/// A row of name and value. Rows are told apart by `key`, which never changes.
#[derive(Clone, Copy, PartialEq)]
pub struct PairRow {
    pub key: usize,
    pub name: RwSignal<String>,
    pub value: RwSignal<String>,
    /// Taken out, though the policy adds it.
    pub out: RwSignal<bool>,
}

impl PairRow {
    fn of(key: usize, pair: Pair) -> Self {
        let Pair { name, value, out } = pair;
        Self {
            key,
            name: RwSignal::new(name),
            value: RwSignal::new(value),
            out: RwSignal::new(out),
        }
    }

    fn pair(&self) -> Pair {
        Pair { name: self.name.get(), value: self.value.get(), out: self.out.get() }
    }

    /// Adds an empty row.
    pub fn add(to: RwSignal<Vec<Self>>) {
        to.update(|rows| {
            let key = rows.iter().map(|row| row.key + 1).max().unwrap_or_default();
            rows.push(Self::of(key, Pair::default()));
        });
    }
}

/// A tool's fields.
#[derive(Clone, Copy, PartialEq)]
pub struct ToolRow {
    pub key: usize,
    pub kind: RwSignal<String>,
    pub connection: RwSignal<String>,
    pub port: RwSignal<String>,
    pub address: RwSignal<String>,
    pub access: RwSignal<String>,
    pub allowed: RwSignal<String>,
}

impl ToolRow {
    fn of(key: usize, tool: Tool) -> Self {
        Self {
            key,
            kind: RwSignal::new(tool.kind),
            connection: RwSignal::new(tool.connection),
            port: RwSignal::new(tool.port),
            address: RwSignal::new(tool.address),
            access: RwSignal::new(tool.access),
            allowed: RwSignal::new(tool.allowed),
        }
    }

    fn tool(&self) -> Tool {
        Tool {
            kind: self.kind.get(),
            connection: self.connection.get(),
            port: self.port.get(),
            address: self.address.get(),
            access: self.access.get(),
            allowed: self.allowed.get(),
        }
    }

    /// Adds this tool.
    pub fn add(to: RwSignal<Vec<Self>>, tool: Tool) {
        to.update(|rows| {
            let key = rows.iter().map(|row| row.key + 1).max().unwrap_or_default();
            rows.push(Self::of(key, tool));
        });
    }
}

/// A toleration's fields.
#[derive(Clone, Copy, PartialEq)]
pub struct TolerationFields {
    pub key: usize,
    pub taint: RwSignal<String>,
    pub operator: RwSignal<String>,
    pub value: RwSignal<String>,
    pub effect: RwSignal<String>,
}

impl TolerationFields {
    fn of(key: usize, row: TolerationRow) -> Self {
        Self {
            key,
            taint: RwSignal::new(row.key),
            operator: RwSignal::new(row.operator),
            value: RwSignal::new(row.value),
            effect: RwSignal::new(row.effect),
        }
    }

    fn row(&self) -> TolerationRow {
        TolerationRow {
            key: self.taint.get(),
            operator: self.operator.get(),
            value: self.value.get(),
            effect: self.effect.get(),
        }
    }

    /// Adds an empty row.
    pub fn add(to: RwSignal<Vec<Self>>) {
        to.update(|rows| {
            let key = rows.iter().map(|row| row.key + 1).max().unwrap_or_default();
            rows.push(Self::of(key, TolerationRow::default()));
        });
    }
}

fn rows<T, R: Send + Sync + 'static>(items: Vec<T>, row: fn(usize, T) -> R) -> RwSignal<Vec<R>> {
    RwSignal::new(numbered(items, row))
}

fn numbered<T, R>(items: Vec<T>, row: fn(usize, T) -> R) -> Vec<R> {
    items.into_iter().enumerate().map(|(key, item)| row(key, item)).collect()
}

fn pool(name: String) -> OrderItem {
    OrderItem { label: name.clone(), value: name, sub: None }
}
