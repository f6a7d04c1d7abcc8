//! Environment and compute resource of a template: typed, taken over from an asset, or linked to it, so that later
//! changes of the asset appear in the template (`form-and-assets.md` §13.3).

use domain::{AssetId, Scope, form::Section as Of};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    alone::DATA,
    form::Form,
    load::{Filling, asset_field},
    offers::Offered,
    sections::{Around, section_view},
};
#[cfg(feature = "ssr")]
use crate::caller::caller;
use crate::{
    browser,
    error::UiError,
    ui::{Button, Card, Choice, Field, Muted, Note, Row, Segmented, Select, Stack, Tone},
    wire::Call,
};

/// An asset that a section can be taken from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linkable {
    /// `environment`, `compute` or [`DATA`].
    pub section: String,
    pub id: AssetId,
    pub words: String,
}

/// The assets that a template links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Links {
    pub environment: Option<AssetId>,
    pub compute: Option<AssetId>,
}

/// What there is at a scope for a form that makes something.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetupAround {
    pub linkable: Vec<Linkable>,
    pub offers: Vec<Offered>,
}

/// What fields and sections may be filled in from at a scope.
#[server(prefix = "/ui", endpoint = "setup_around", protocol = Call)]
pub async fn load_around(scope: Scope) -> Result<SetupAround, UiError> {
    let (control, actor) = caller()?;
    Ok(super::setups::around(&control, &actor, scope)?)
}

/// The values of such an asset.
#[server(prefix = "/ui", endpoint = "linkable_values", protocol = Call)]
pub async fn linkable_values(id: AssetId) -> Result<Filling, UiError> {
    let (control, actor) = caller()?;
    super::setups::values(&control, &actor, id)
}

/// What is chosen for one section.
#[derive(Clone, Copy)]
struct Choosing {
    section: &'static str,
    form: Form,
    asset: RwSignal<String>,
    /// `link` or `copy`.
    way: RwSignal<String>,
    trouble: RwSignal<Option<String>>,
}

/// The choices of a template's form. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Linking {
    all: RwSignal<Vec<Linkable>>,
    environment: Choosing,
    compute: Choosing,
}

impl Linking {
    /// The choices among `all`, opened with what is linked already.
    pub fn of(form: Form, all: RwSignal<Vec<Linkable>>, links: Links) -> Self {
        let of = |section, linked: Option<AssetId>| Choosing {
            section,
            form,
            asset: RwSignal::new(linked.map(|id| id.to_string()).unwrap_or_default()),
            way: RwSignal::new("link".to_owned()),
            trouble: RwSignal::new(None),
        };
        let (environment, compute) =
            (of("environment", links.environment), of("compute", links.compute));
        let this = Self { all, environment, compute };
        this.environment.take_over();
        this.compute.take_over();
        this
    }

    /// What is linked now.
    pub fn links(self) -> Links {
        Links { environment: self.environment.linked(), compute: self.compute.linked() }
    }

    /// A section, with what it may be taken from above it.
    pub fn section(self, of: &'static Of, around: Around) -> AnyView {
        let choosing = match of.id {
            "environment" => self.environment,
            "compute" => self.compute,
            "storage" => {
                return view! {
                    {data_view(self.all, self.environment.form)}
                    {section_view(of, self.environment.form, around)}
                }
                .into_any();
            }
            _ => return section_view(of, self.environment.form, around),
        };
        let fields = move || match (choosing.linked(), of.id) {
            (None, _) => section_view(of, choosing.form, around.clone()),
            (Some(_), "compute") => {
                section_view(&domain::form::LINKED_COMPUTE, choosing.form, around.clone())
            }
            (Some(_), _) => ().into_any(),
        };
        view! {
            {choosing.view(self.all)}
            {fields}
        }
        .into_any()
    }
}

/// What there is of data sources: a chosen one becomes a row, which knows nothing of it any more.
fn data_view(all: RwSignal<Vec<Linkable>>, form: Form) -> AnyView {
    let (chosen, trouble) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let choices = Signal::derive(move || {
        let own = all.get().into_iter().filter(|one| one.section == DATA);
        let own = own.map(|one| Choice::new(one.id.to_string(), one.words));
        std::iter::once(Choice::new("", "Choose a data source")).chain(own).collect::<Vec<_>>()
    });
    let press = Callback::new(move |()| {
        let Ok(id) = chosen.get_untracked().parse::<AssetId>() else { return };
        browser::spawn(async move {
            match linkable_values(id).await {
                Ok(filling) => {
                    let copied = filling.pairs.iter().filter(|(name, _)| name != "asset");
                    let texts: Vec<_> = copied.map(|(name, text)| (&**name, &**text)).collect();
                    form.list("data").add(&texts);
                    chosen.try_set(String::new());
                    trouble.try_set(None);
                }
                Err(error) => drop(trouble.try_set(Some(error.to_string()))),
            }
        });
    });
    let is_there = move || all.with(|all| all.iter().any(|one| one.section == DATA));
    let view = move || {
        is_there().then(|| view! {
            <Card>
                <Stack>
                    <Field label="Data source to take over" name="take-data" help=Some("Its values become a row below. Data sources are not linked.".to_owned())>
                        <Select name="take-data" value=chosen choices/>
                    </Field>
                    <Row><Button on_press=press>"Load it"</Button></Row>
                    {move || trouble.get().map(|words| view! { <Note tone=Tone::Bad alert=true>{words}</Note> })}
                </Stack>
            </Card>
        })
    };
    view.into_any()
}

impl Choosing {
    fn linked(self) -> Option<AssetId> {
        let id = self.asset.get().parse().ok()?;
        self.way.with(|way| way == "link").then_some(id)
    }

    /// Fills the section in once where the asset is not linked.
    fn take_over(self) {
        Effect::watch(
            move || (self.asset.get(), self.way.get()),
            move |(asset, way), _, _| {
                let Ok(id) = asset.parse::<AssetId>() else { return };
                if way != "copy" {
                    return;
                }
                browser::spawn(async move {
                    match linkable_values(id).await {
                        Ok(filling) => {
                            // It is a copy: nothing says where it came from.
                            let own = asset_field(self.section);
                            let pairs = filling.pairs.into_iter();
                            let pairs: Vec<_> =
                                pairs.filter(|(name, _)| Some(name.as_str()) != own).collect();
                            self.form.fill(&untrack(|| self.form.draft()).over(&pairs));
                            self.trouble.try_set(None);
                        }
                        Err(error) => drop(self.trouble.try_set(Some(error.to_string()))),
                    }
                });
            },
            false,
        );
    }

    fn view(self, all: RwSignal<Vec<Linkable>>) -> AnyView {
        let what = if self.section == "compute" { "Compute resource" } else { "Environment" };
        let choices = Signal::derive(move || {
            let own = all.get().into_iter().filter(|one| one.section == self.section);
            let own = own.map(|one| Choice::new(one.id.to_string(), one.words));
            std::iter::once(Choice::new("", "Provide your own settings"))
                .chain(own)
                .collect::<Vec<_>>()
        });
        let ways = || vec![Choice::new("link", "Link"), Choice::new("copy", "Don't link")];
        let name = format!("take-{}", self.section);
        let way = move || {
            (!self.asset.with(String::is_empty)).then(|| {
                let words = match self.way.get().as_str() {
                    "link" => "Later changes of it appear in the template; its fields are not changed here.",
                    _ => "Its values are taken over once, below; change them as you like.",
                };
                view! {
                    <Segmented legend=format!("{what}: link or don't link") name=format!("way-{}", self.section) value=self.way choices=ways()/>
                    <Muted small=true>{words}</Muted>
                }
            })
        };
        view! {
            <Card>
                <Stack>
                    <Field label=format!("{what} from") name=name.clone()>
                        <Select name value=self.asset choices/>
                    </Field>
                    {way}
                    {move || self.trouble.get().map(|words| view! { <Note tone=Tone::Bad alert=true>{words}</Note> })}
                </Stack>
            </Card>
        }
        .into_any()
    }
}
