//! What is promised in one node pool, with its bar and what is wrong with it.

use domain::{Gpus, org::RANKS};
use leptos::prelude::*;

use super::data::{PoolDraft, PoolFacts, Unit};
use crate::{
    ui::{Card, Choice, Field, Grid, Note, NumberInput, Select, Stack, Tone},
    widgets::QuotaBar,
};

/// What is typed for one pool.
#[derive(Clone)]
pub struct Pool {
    id: String,
    gpu: RwSignal<String>,
    limit: RwSignal<String>,
    rank: RwSignal<String>,
    weight: RwSignal<String>,
    cpu: RwSignal<String>,
    memory: RwSignal<String>,
}

impl Pool {
    pub fn of(draft: &PoolDraft) -> Self {
        let signal = |text: &String| RwSignal::new(text.clone());
        Self {
            id: draft.pool.clone(),
            gpu: signal(&draft.gpu),
            limit: signal(&draft.gpu_limit),
            rank: signal(&draft.rank),
            weight: signal(&draft.weight),
            cpu: signal(&draft.cpu),
            memory: signal(&draft.memory),
        }
    }

    pub fn draft(&self) -> PoolDraft {
        PoolDraft {
            pool: self.id.clone(),
            gpu: self.gpu.get_untracked(),
            gpu_limit: self.limit.get_untracked(),
            rank: self.rank.get_untracked(),
            weight: self.weight.get_untracked(),
            cpu: self.cpu.get_untracked(),
            memory: self.memory.get_untracked(),
        }
    }
}

/// What a quota comes to beside those of others; nothing where there is nothing to be said.
fn warning(unit: Unit, facts: &PoolFacts, gpu: &str) -> Option<String> {
    let number = |gpus: f64| domain::quantity::decimals(gpus);
    let name = &facts.name;
    let own = gpu.trim().parse::<f64>().ok();
    match (unit, facts.above, own.zip(facts.siblings).map(|(own, others)| own + others)) {
        (Unit::Project, Some(above), Some(sum)) if sum > above => Some(format!(
            "The projects of the department would be promised {} GPUs in {name}, and the department {}. Non-preemptible work stops at the department's quota.",
            number(sum),
            number(above)
        )),
        (Unit::Project, Some(above), None) => Some(format!(
            "A quota without end is more than the {} GPUs of the department in {name}.",
            number(above)
        )),
        (Unit::Department, _, Some(sum)) if sum > facts.total => Some(format!(
            "The departments would be promised {} GPUs in {name}, which has {}.",
            number(sum),
            number(facts.total)
        )),
        (Unit::Department, _, _) => own.and_then(|own| match facts.below {
            Some(below) if own >= below => None,
            Some(below) => Some(format!(
                "The projects of the department are promised {} GPUs in {name}.",
                number(below)
            )),
            None => Some(format!("A project of the department has a quota without end in {name}.")),
        }),
        (Unit::Project, _, _) => None,
    }
}

#[component]
pub fn PoolPart(
    unit: Unit,
    facts: PoolFacts,
    pool: Pool,
    weights: bool,
    cpu: bool,
) -> impl IntoView {
    let name = facts.name.clone();
    let id = StoredValue::new(pool.id.clone());
    let field = move |part: &str| id.with_value(|id| format!("{part}-{id}"));
    let ranks = RANKS.iter().enumerate();
    let ranks: Vec<_> =
        ranks.map(|(at, (_, word))| Choice::new((at + 1).to_string(), *word)).collect();
    let (gpu, shown) = (pool.gpu, facts.clone());
    let bar = move || {
        let quota = gpu.with(|text| text.trim().parse::<f64>().ok().and_then(Gpus::from_f64));
        let PoolFacts { name, used, solid, .. } = shown.clone();
        view! { <QuotaBar name bare=true before=used after=used solid quota/> }
    };
    let warn = move || {
        let text = gpu.with(|text| warning(unit, &facts, text))?;
        Some(view! { <Note tone=Tone::Warn>{text}</Note> })
    };
    let empty = || Some("Empty is unlimited.".to_owned());
    let of_cpu = cpu.then(|| view! {
        <Field label="CPU quota" name=field("cpu") help=empty()>
            <NumberInput name=field("cpu") value=pool.cpu min=0.0 unit="cores" placeholder="unlimited"/>
        </Field>
        <Field label="CPU memory quota" name=field("memory") help=empty()>
            <NumberInput name=field("memory") value=pool.memory min=0.0 unit="GB" placeholder="unlimited"/>
        </Field>
    });
    let of_weight = weights.then(|| view! {
        <Field label="Over-quota weight" name=field("weight") help=Some("Share of what is idle, among siblings; 0 is none.".to_owned())>
            <NumberInput name=field("weight") value=pool.weight min=0.0/>
        </Field>
    });
    view! {
        <Card title=format!("Node pool {name}")>
            <Stack>
                <Grid>
                    <Field label="GPU quota" name=field("gpu") help=empty()>
                        <NumberInput name=field("gpu") value=pool.gpu min=0.0 unit="GPUs" placeholder="unlimited"/>
                    </Field>
                    <Field label="At most, over quota" name=field("limit") help=Some("Empty is unlimited; the quota itself keeps work within it.".to_owned())>
                        <NumberInput name=field("limit") value=pool.limit min=0.0 unit="GPUs" placeholder="unlimited"/>
                    </Field>
                    <Field label="Rank" name=field("rank") help=Some("Who is served first among siblings.".to_owned())>
                        <Select name=field("rank") value=pool.rank choices=ranks/>
                    </Field>
                    {of_weight}
                    {of_cpu}
                </Grid>
                {bar}
                {warn}
            </Stack>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_subscription_is_said() {
        let facts = |siblings, above, below| PoolFacts {
            name: "a100".to_owned(),
            used: Gpus::ZERO,
            solid: Gpus::ZERO,
            total: 16.0,
            siblings,
            above,
            below,
        };
        let told = |unit, facts: PoolFacts, gpu| warning(unit, &facts, gpu).unwrap_or_default();
        let (project, department) = (Unit::Project, Unit::Department);
        let of_eight = || facts(Some(6.0), Some(8.0), Some(0.0));
        assert!(
            told(project, of_eight(), "4")
                .contains("promised 10 GPUs in a100, and the department 8")
        );
        assert_eq!(told(project, of_eight(), "2"), "");
        assert!(told(project, of_eight(), "").contains("without end"));
        assert_eq!(told(project, facts(Some(6.0), None, Some(0.0)), ""), "");
        assert!(
            told(department, facts(Some(12.0), None, Some(0.0)), "8")
                .contains("promised 20 GPUs in a100, which has 16")
        );
        assert!(
            told(department, facts(Some(0.0), None, Some(6.0)), "4").contains("promised 6 GPUs")
        );
        assert!(told(department, facts(Some(0.0), None, None), "4").contains("without end"));
        assert_eq!(told(department, facts(None, None, Some(0.0)), "4"), "");
    }
}
