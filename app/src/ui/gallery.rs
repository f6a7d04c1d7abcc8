//! Every component in every state on one page, for the eye and for axe. Nothing here does anything.
use super::*;
use leptos::prelude::*;

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

fn some(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// The gallery.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <Page
            title="Components"
            about=some("Every piece and every state it can be in.")
            actions=|| view! { <Button kind=ButtonKind::Primary caps=true>"+New workload"</Button> }
        >
            <Stack>
                <Buttons/>
                <Fields/>
                <Choices/>
                <Marks/>
                <Lists/>
                <TableDemo/>
                <Overlays/>
                <Notes/>
                <Sections/>
            </Stack>
        </Page>
    }
    .into_any()
}

#[component]
fn Buttons() -> impl IntoView {
    let names = IconName::ALL.iter().map(|name| view! { <Icon name=*name/> }).collect_view();
    view! {
        <Card title="Buttons and icons">
            <Stack>
                <Row>
                    <Button kind=ButtonKind::Primary caps=true>"Create workspace"</Button>
                    <Button kind=ButtonKind::Primary>"Load jupyter-scipy"</Button>
                    <Button kind=ButtonKind::Primary busy=true>"Creating…"</Button>
                    <Button kind=ButtonKind::Danger caps=true>"Delete"</Button>
                    <Button caps=true not_now=some("1 thing to fix in Data & storage")>"Create workspace"</Button>
                </Row>
                <Row>
                    <Button>"View policy"</Button>
                    <Button caps=true>"+New project"</Button>
                    <Button icon=IconName::Load>"Load from existing setup"</Button>
                    <Button kind=ButtonKind::Plain>"Reset"</Button>
                    <Button kind=ButtonKind::Link>"Use /data/coco"</Button>
                </Row>
                <Row>
                    <Button size=ButtonSize::Small caps=true>"+Toleration"</Button>
                    <LinkButton href="#top" size=ButtonSize::Small outside=true>"Connect"</LinkButton>
                    <Button size=ButtonSize::Large>"Advanced setup"</Button>
                    <IconButton icon=IconName::Copy label="Copy"/>
                    <IconButton icon=IconName::Edit label="Edit" framed=true/>
                    <IconButton icon=IconName::X label="Close" small=true/>
                    <IconButton icon=IconName::Trash label="Delete" not_now=some("It is in use")/>
                </Row>
                <Row>{names}</Row>
            </Stack>
        </Card>
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    let wrong = some("Use lowercase letters, digits and hyphens.");
    let policy = || {
        view! {
            <SourceChip label="Policy" about="Locked" icon=IconName::Policy policy=true
                says=vec!["Locked by a policy".to_owned(), "The value is set by the policy of department ml.".to_owned()]/>
        }
    };
    let units = vec![Choice::new("GB", "GB"), Choice::new("MB", "MB")];
    let types = Signal::stored(vec![
        Choice::new("external", "External URL"),
        Choice::new("nodeport", "NodePort"),
        Choice::new("balancer", "Load Balancer").refused("not in this cluster"),
    ]);
    view! {
        <Card title="Fields">
            <Grid columns=Columns::Three>
                <Field label="Usual" name="g1"><TextInput name="g1" value=text("pose-notebook-2")/></Field>
                <Field label="Required" name="g2" required=true help=some("Lower case letters, digits, hyphens")>
                    <TextInput name="g2" value=text("") placeholder="a short name"/>
                </Field>
                <Field label="Optional" name="g3" optional=true><TextInput name="g3" value=text("") mono=true/></Field>
                <Field label="Right" name="g4" help=some("Free in vision") tone=HelpTone::Good>
                    <TextInput name="g4" value=text("pose-notebook-2")/>
                </Field>
                <Field
                    label="Wrong"
                    name="g5"
                    error=wrong
                    fix=|| view! { <Button kind=ButtonKind::Link>"Use pose-notebook"</Button> }
                >
                    <TextInput name="g5" value=text("Pose Notebook")/>
                </Field>
                <Field label="A warning" name="g6" help=some("You are not in this list") tone=HelpTone::Warn>
                    <TextInput name="g6" value=text("t.haas@example.org")/>
                </Field>
                <Field label="Locked" name="g7" locked=true source=Some(ViewFn::from(policy)) help=some("Set by the policy of department ml")>
                    <TextInput name="g7" value=text("14 days")/>
                </Field>
                <Field label="Being checked" name="g8" help=some("Looking for the image…") tone=HelpTone::Checking>
                    <TextInput name="g8" value=text("jupyter/scipy:9") mono=true/>
                </Field>
                <Field label="Longer" name="g9" reset=Some(Reset { can: true.into(), press: Callback::new(|()| ()) })>
                    <TextArea name="g9" value=text("Maintenance on gpu-06 until Thursday noon.") rows=2/>
                </Field>
                <Field label="GPU devices" name="g10" help=some("Enter a value between 0 and 4")>
                    <NumberInput name="g10" value=text("1") min=0.0 max=4.0 unit="per pod"/>
                </Field>
                <Field label="CPU memory request" name="g11">
                    <QuantityInput name="g11" value=text("16") unit_name="g11-unit" unit=text("GB") units=units/>
                </Field>
                <Field label="Request" name="g12" error=some("1–100")>
                    <NumberInput name="g12" value=text("120") unit="%"/>
                </Field>
                <Field label="Condition" name="g14" locked=true help=some("Set by the policy of department ml")>
                    <Select name="g14" value=text("nodeport") choices=types/>
                </Field>
                <Field label="Select" name="g13">
                    <Select name="g13" value=text("external") choices=types/>
                </Field>
            </Grid>
        </Card>
    }
    .into_any()
}

#[component]
fn Choices() -> impl IntoView {
    let (preempt, form, radio) = (text("no"), text("flexible"), text("a"));
    let forms = vec![Choice::new("flexible", "Flexible"), Choice::new("original", "Original")];
    view! {
        <Card title="Choices">
            <Stack>
                <Row gap=Gap::Usual>
                    <Segmented legend="Form" name="seg" value=form choices=forms.clone()/>
                    <Segmented legend="Form, small" name="seg2" value=form choices=forms small=true/>
                </Row>
                <Row gap=Gap::Usual>
                    <Switch name="s1" value=RwSignal::new(true) label="On"/>
                    <Switch name="s2" value=RwSignal::new(false) label="Off"/>
                    <Switch name="s3" value=RwSignal::new(false) label="Locked" not_now=some("Needs a registry")/>
                    <Checkbox name="c1" value=RwSignal::new(true) label="Checked"/>
                    <Checkbox name="c2" value=RwSignal::new(false) label="Not checked" help="With a line of help"/>
                    <Radio name="r1" own="a" value=radio label="First"/>
                    <Radio name="r1" own="b" value=radio label="Second"/>
                </Row>
                <RadioCards legend="Preemptibility">
                    <RadioCard name="p" own="no" value=preempt label="Non-preemptible" help="Uses the project’s quota. Not interrupted once it runs."/>
                    <RadioCard name="p" own="yes" value=preempt label="Preemptible" not_now=Some("Not allowed by the policy of cluster lab.".to_owned())/>
                </RadioCards>
            </Stack>
        </Card>
    }
    .into_any()
}

#[component]
fn Marks() -> impl IntoView {
    view! {
        <Card title="Marks">
            <Stack>
                <Row>
                    <Badge>"3 items"</Badge>
                    <Badge tone=Tone::Line>"account"</Badge>
                    <Badge tone=Tone::Accent>"new in draft"</Badge>
                    <Badge tone=Tone::Good>"Ready"</Badge>
                    <Badge tone=Tone::Warn>"Draft"</Badge>
                    <Badge tone=Tone::Bad icon=IconName::Error>"1 to fix"</Badge>
                    <Badge tone=Tone::Info>"Beta"</Badge>
                    <Token text="vision-group" on_remove=|()| ()/>
                </Row>
                <Row>
                    <FilterChip about="Status is" value="Pending" on_remove=|()| ()/>
                    <PickChip chosen=true on_press=|()| ()>
                        <StatusMark shape=StatusShape::Clock tone=Tone::Warn size=IconSize::Small/>
                        "Waiting "
                        <b>"6"</b>
                    </PickChip>
                    <PickChip chosen=false on_press=|()| ()>
                        <StatusMark shape=StatusShape::Cross tone=Tone::Bad size=IconSize::Small/>
                        "Failed "
                        <b>"3"</b>
                    </PickChip>
                </Row>
                <Row gap=Gap::Usual>
                    <Status shape=StatusShape::Disc tone=Tone::Good word="Running"/>
                    <Status shape=StatusShape::Tick tone=Tone::Plain word="Completed"/>
                    <Status shape=StatusShape::Clock tone=Tone::Warn word="Pending"/>
                    <Status shape=StatusShape::Half tone=Tone::Info word="Initializing"/>
                    <Status shape=StatusShape::Triangle tone=Tone::Warn word="Degraded"/>
                    <Status shape=StatusShape::Cross tone=Tone::Bad word="Failed"/>
                    <Status shape=StatusShape::Square tone=Tone::Plain word="Stopped"/>
                    <Status shape=StatusShape::Barred tone=Tone::Bad word="Never"/>
                </Row>
            </Stack>
        </Card>
    }
    .into_any()
}

#[component]
fn Lists() -> impl IntoView {
    let pool = |value: &str, sub: &str| OrderItem {
        value: value.into(),
        label: value.into(),
        sub: some(sub),
    };
    let items =
        RwSignal::new(vec![pool("a100", "1.75 of 20 free now"), pool("l40s", "being moved")]);
    let current = text("events");
    let tabs =
        vec![Tab { key: "events", label: "Event history" }, Tab { key: "logs", label: "Logs" }];
    view! {
        <Card title="Order, tabs, timeline, code">
            <Stack>
                <OrderList label="Node pools" name="pools" items/>
                <Tabs label="About the workload" id="demo" tabs current/>
                <TabPanel id="demo" tab="events" current>
                    <Timeline>
                        <Event shape=StatusShape::Clock tone=Tone::Warn title="Still waiting" time="14:12" more="Nothing in its way has changed."/>
                        <Event shape=StatusShape::Square tone=Tone::Plain title="Stopped" time="09:31"/>
                        <Event shape=StatusShape::Disc tone=Tone::Good title="Running" time="Mon 17:20" more="On gpu-07, GPUs 1 and 2"/>
                    </Timeline>
                </TabPanel>
                <TabPanel id="demo" tab="logs" current>"Nothing was written."</TabPanel>
                <CodeBlock text="berth workspace submit pose-notebook-2 \\\n  -p vision --environment jupyter-scipy"/>
                <Repeater add="+Environment variable" on_add=|()| ()>
                    <RepeaterRow label="variable EPOCHS" on_remove=|()| ()>
                        <Grid>
                            <TextInput name="env-name" value=text("EPOCHS") label="Name" mono=true/>
                            <TextInput name="env-value" value=text("40") label="Value" mono=true/>
                        </Grid>
                    </RepeaterRow>
                </Repeater>
            </Stack>
        </Card>
    }
    .into_any()
}

#[component]
fn TableDemo() -> impl IntoView {
    let head = || {
        view! {
            <CheckColumn><RowCheck label="Select all" checked=false on_change=|_| ()/></CheckColumn>
            <Column title="Workload" on_sort=|()| ()/>
            <Column title="Status" href="?sort=status"/>
            <Column title="GPUs" number=true sorted=Some(Sorted::Down) on_sort=|()| ()/>
            <Column title="Created by" keep=Keep::Third/>
            <Column title="Actions" quiet=true/>
        }
    };
    view! {
        <div>
            <Toolbar end=|| view! { <Button kind=ButtonKind::Plain caps=true icon=IconName::Columns>"Columns"</Button> }>
                <SearchInput name="q" value=text("") label="Search"/>
                <FilterChip about="Created in" value="7 days" on_remove=|()| ()/>
            </Toolbar>
            <BulkBar count=2usize on_clear=|()| ()>
                <Button kind=ButtonKind::Plain caps=true icon=IconName::Stop>"Stop"</Button>
                <Button kind=ButtonKind::Plain caps=true icon=IconName::Play not_now=some("Both run already")>"Run"</Button>
            </BulkBar>
            <Table label="Workloads" head foot=|| "1–3 of 3">
                <Tr selected=true>
                    <CheckCell><RowCheck label="Select sam2-distill" checked=true on_change=|_| ()/></CheckCell>
                    <NameCell icon=IconName::Notebook sub=|| "Workspace in vision"><a href="#pane">"sam2-distill"</a></NameCell>
                    <StatusCell>
                        <Status shape=StatusShape::Clock tone=Tone::Warn word="Pending" reason="Waiting: project vision has 2.5 GPUs left of its quota of 8 in a100; you asked for 4."/>
                    </StatusCell>
                    <Td label="GPUs" number=true>"0 " <Muted>"of 4"</Muted></Td>
                    <Td label="Created by" keep=Keep::Third>"r.okafor"</Td>
                    <ActionCell>
                        <Menu label="Actions for sam2-distill">
                            <MenuItem icon=IconName::Stop>"Stop"</MenuItem>
                            <MenuItem icon=IconName::Out not_now=some("It does not run yet")>"Connect"</MenuItem>
                        </Menu>
                    </ActionCell>
                </Tr>
                <Tr>
                    <CheckCell><RowCheck label="Select exercise-12" checked=false on_change=|_| ()/></CheckCell>
                    <NameCell icon=IconName::Notebook sub=|| "Workspace in intro-course"><a href="#pane">"exercise-12"</a></NameCell>
                    <StatusCell><Status shape=StatusShape::Disc tone=Tone::Good word="Running"/></StatusCell>
                    <Td label="GPUs" number=true>"0.25 " <Muted>"of 0.25"</Muted></Td>
                    <Td label="Created by" keep=Keep::Third>"student-12"</Td>
                    <ActionCell><LinkButton href="#connect" size=ButtonSize::Small outside=true>"Connect"</LinkButton></ActionCell>
                </Tr>
            </Table>
        </div>
    }
    .into_any()
}

#[component]
fn Overlays() -> impl IntoView {
    let (dialog, sheet) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        <Card title="What floats">
            <Row>
                <Button on_press=move |()| dialog.set(true)>"Open dialog"</Button>
                <Button on_press=move |()| sheet.set(true)>"Open pane"</Button>
                <Tooltip text="Each of the 2 gets 0.5 of a GPU"><Button>"With a tip"</Button></Tooltip>
                <Disclosure title="More">"What was folded away."</Disclosure>
            </Row>
            <Toast tone=Tone::Good on_close=|()| ()>"pose-notebook-2 runs on gpu-03"</Toast>
            <Dialog
                open=dialog
                id="demo-dialog"
                title="Delete 2 workloads?"
                footer=move || {
                    view! {
                        <Button on_press=move |()| dialog.set(false)>"Keep them"</Button>
                        <Button kind=ButtonKind::Danger caps=true>"Delete"</Button>
                    }
                }
            >
                <p>"They stop after 30 s; what is only inside the container is lost."</p>
            </Dialog>
            <Sheet open=sheet id="demo-sheet" title="Load environment">
                <p>"Environments of project vision."</p>
            </Sheet>
        </Card>
    }
    .into_any()
}

#[component]
fn Notes() -> impl IntoView {
    view! {
        <Card title="Notes, waiting, empty">
            <Stack>
                <Note>"Your last 5 notebooks used at most 11 cores and 9 GB."</Note>
                <Note tone=Tone::Info>"The cluster is simulated. Nothing runs for real."</Note>
                <Note tone=Tone::Good>"Everything in vision fits its quota."</Note>
                <Note tone=Tone::Warn>"No contact with cluster lab since 13:58; running work is not affected."</Note>
                <Note tone=Tone::Bad>"E-mail or password is wrong. 4 more tries, then a pause of 5 minutes."</Note>
                <Progress label="Pulling the image on gpu-05" percent=60.0 words="4.1 of 6.8 GB, about 2 min left"/>
                <Skeleton/>
                <Empty icon=IconName::Volume title="No data volumes" about="A data volume shares one data set, read only, with other projects.">
                    <Button caps=true>"+New data volume"</Button>
                </Empty>
            </Stack>
        </Card>
    }
    .into_any()
}

#[component]
fn Sections() -> impl IntoView {
    view! {
        <Section title="Environment" summary="jupyter/scipy-notebook, 2 tools" note=some("3 from policy")>
            <Setup>
                <Button size=ButtonSize::Small icon=IconName::Load>"Load from existing setup"</Button>
                <b>"jupyter-scipy"</b>
                <Muted>"2 fields changed"</Muted>
            </Setup>
            <Part title="Environment image" help="Checked while you type: that it exists, how big it is, where it is already present.">
                <Field label="Image URL" name="g20" required=true>
                    <TextInput name="g20" value=text("jupyter/scipy-notebook:2026-10-20") mono=true/>
                </Field>
            </Part>
            <Part title="Tools" help="What you open in the browser once it runs.">
                <Rows><Row>"Jupyter"</Row></Rows>
            </Part>
        </Section>
        <Section title="Data & storage" summary="6 items, 1 imposed by policy" wrong=1usize open=false>"Folded."</Section>
    }
    .into_any()
}
