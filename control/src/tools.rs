//! Opening the tools of workspaces: which tool a name leads to, where it listens, and who may open it.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use domain::{
    Reason, WorkloadId,
    access::{Action, Actor, Forbidden, Resource},
    submission::kept,
    tool::{self, Gateway, ToolHost},
    workload::{PhaseName, Workload},
};
use store::Change;

use crate::{ControlPlane, Error, Result, World, changes::changed};

/// Whose tool each host is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(BTreeMap<Arc<str>, (WorkloadId, u16)>);

impl Hosts {
    /// Takes over a workload as it is now.
    pub fn keep(&mut self, workload: &Workload) {
        match workload.is_deleted() {
            true => self.forget(workload),
            false => {
                for ToolHost { port, host } in &workload.tools {
                    self.0.insert(host.as_str().into(), (workload.id, *port));
                }
            }
        }
    }

    pub fn forget(&mut self, workload: &Workload) {
        for ToolHost { host, .. } in &workload.tools {
            let is_its = self.0.get(host.as_str()).is_some_and(|(id, _)| *id == workload.id);
            if is_its {
                self.0.remove(host.as_str());
            }
        }
    }
}

/// The tool that a name leads to.
#[derive(Clone, Debug)]
pub struct Tool {
    pub workload: Arc<Workload>,
    /// In the container.
    pub port: u16,
    pub host: String,
}

/// Whether a tool can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It listens there, or soon will.
    At(SocketAddr),
    /// Not now; the phase says why.
    NotNow,
    /// It runs where nothing can be reached.
    Nowhere,
}

impl World {
    /// The tool at a host.
    pub fn tool(&self, host: &str) -> Option<Tool> {
        let (id, port) = *self.hosts.0.get(host)?;
        let workload = self.workloads.get(&id)?.clone();
        Some(Tool { workload, port, host: host.to_owned() })
    }

    /// Where the tool listens.
    pub fn reach(&self, tool: &Tool) -> Reach {
        let workload = &tool.workload;
        if !matches!(workload.phase.name(), PhaseName::Running | PhaseName::Degraded) {
            return Reach::NotNow;
        }
        let pod = self.pods.get(&workload.id);
        match pod.filter(|pod| pod.generation == workload.generation) {
            Some(pod) => pod.addresses.get(&tool.port).copied().map_or(Reach::Nowhere, Reach::At),
            None => Reach::NotNow,
        }
    }

    /// Whether somebody may open a tool.
    pub fn may_open(&self, actor: &Actor, tool: &Tool) -> std::result::Result<(), Forbidden> {
        let urls = kept(&tool.workload.spec.submission.exposed_urls, |url| url.exclude);
        let mut own = urls.filter(|(_, url)| url.container == Some(i64::from(tool.port)));
        own.try_for_each(|(_, url)| tool::may_open(url, actor))
    }

    /// Gives a workload that is being made the hosts of its tools.
    pub(crate) fn name_tools(&self, workload: &mut Workload) {
        workload.tools = self.named(workload, &self.hosts);
    }

    fn named(&self, workload: &Workload, taken: &Hosts) -> Vec<ToolHost> {
        let project =
            self.projects.get(&workload.project).map_or("", |project| project.name.as_str());
        let names = (project, workload.name.as_str());
        let is_free = |host: &str| !taken.0.contains_key(host);
        let submission = &workload.spec.submission;
        tool::hosts(self.gateway.as_deref(), names, workload.id, submission, is_free)
    }

    /// Workloads whose tools were told apart another way until now, with hosts that lead to them.
    fn tools_anew(&self, gateway: &Gateway) -> Vec<Change> {
        let leads = |workload: &Workload| {
            let tools = kept(&workload.spec.submission.exposed_urls, |url| url.exclude);
            workload.tools.len() == tools.count()
                && workload.tools.iter().all(|tool| gateway.leads_to(&tool.host))
        };
        let astray = self.workloads.values().filter(|of| !of.is_deleted() && !leads(of));
        let astray: Vec<&Workload> = astray.map(AsRef::as_ref).collect();
        let mut taken = self.hosts.clone();
        astray.iter().for_each(|workload| taken.forget(workload));
        let anew = |old: &Workload| {
            let new = Workload { tools: self.named(old, &taken), ..old.clone() };
            taken.keep(&new);
            (new.tools != old.tools).then(|| changed(new))
        };
        astray.into_iter().filter_map(anew).collect()
    }
}

impl ControlPlane {
    /// From now on tools are opened there.
    pub async fn open_tools(&self, gateway: Gateway) -> Result<()> {
        let shared = Arc::new(gateway.clone());
        self.update_world(|world| world.gateway = Some(shared));
        self.change(move |world, _| Ok((world.tools_anew(&gateway), ()))).await
    }

    /// A tool by its workload, for somebody who asks to open it.
    pub fn tool(&self, actor: &Actor, id: WorkloadId, port: u16) -> Result<Tool> {
        let world = self.world();
        let none = || Error::not_found("tool (port)", port);
        let workload = world.workloads.get(&id).ok_or_else(none)?.clone();
        // One that is asked for has a host, unless there was no port for it.
        let mut urls = kept(&workload.spec.submission.exposed_urls, |url| url.exclude);
        let missing = || match urls.any(|(_, url)| url.container == Some(port.into())) {
            true => Error::field("port", "port.none", NO_PORT),
            false => none(),
        };
        let found = workload.tools.iter().find(|tool| tool.port == port).ok_or_else(missing)?;
        let tool = Tool { host: found.host.clone(), port, workload: workload.clone() };
        world.may_open(actor, &tool)?;
        Ok(tool)
    }
}

/// How far a tool is, for the person who waits for it.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The address that opens it, once it answers.
    pub url: Option<String>,
    /// Why it cannot be opened yet, or not at all.
    pub told: String,
    pub workload: Arc<Workload>,
    /// Whether they may run the workspace.
    pub may_run: bool,
}

impl ControlPlane {
    /// Whether a tool can be opened now. `from` is where Berth's own pages are, as the browser of the person says: name
    /// and port.
    pub async fn opening(
        &self,
        actor: &Actor,
        (id, port): (WorkloadId, u16),
        from: Option<&str>,
    ) -> Result<Opening> {
        let tool = self.tool(actor, id, port)?;
        let world = self.world();
        let reach = world.reach(&tool);
        let seen = self.workload(actor, id).ok();
        let may_run = seen.as_ref().is_some_and(|workload| workload.may_run())
            && actor.is_allowed(Action::Update, Resource::Workload(tool.workload.project));
        let called = from.map(|from| from.rsplit_once(':').map_or(from, |(name, _)| name));
        let (url, told) = match (world.gateway.as_deref(), reach) {
            (None, _) => (None, NO_DOMAIN.to_owned()),
            (Some(_), Reach::NotNow) => (None, self.why_not(actor, &tool)),
            (Some(_), Reach::Nowhere) => (None, NOTHING_RUNS.to_owned()),
            (Some(gateway), Reach::At(at)) => match proxy::answers(at).await {
                true => {
                    let from = from.map(|from| format!("?from={from}")).unwrap_or_default();
                    let url = format!("{}.berth/begin{from}", gateway.url(&tool.host, called));
                    (Some(url), String::new())
                }
                false => (None, format!("The container runs. Nothing answers at port {port} yet.")),
            },
        };
        Ok(Opening { url, told, workload: tool.workload, may_run })
    }

    /// Why a tool cannot be opened now, in a sentence. Whoever may open it need not see the workspace, and what its
    /// reasons say of others: they are told how far it is.
    pub fn why_not(&self, actor: &Actor, tool: &Tool) -> String {
        let seen = self.workload(actor, tool.workload.id).ok();
        let reasons = seen.map(|workload| workload.reasons()).unwrap_or_default();
        let label = tool.workload.phase.name().label();
        reasons.first().map_or_else(|| format!("The workspace is {label}."), Reason::to_string)
    }
}

/// What is said where no name leads to tools.
const NO_DOMAIN: &str = "Berth was started without a domain or ports for tools: an administrator gives them with --tools-domain or \
     --tools-ports.";
/// What is said where tools have ports, and all of them.
const NO_PORT: &str = "no port is left for this tool: those of other workspaces have them all; an administrator gives \
    Berth more with --tools-ports";
/// What is said where there is nothing behind a tool.
const NOTHING_RUNS: &str =
    "Nothing listens at this port where the workspace runs. In a simulated cluster nothing does.";
