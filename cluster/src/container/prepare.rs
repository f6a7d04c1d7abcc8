//! Making a container and starting it: image, volumes, container, start. It may be broken off at any
//! point and begun again; what is there already is used.

use std::{collections::BTreeSet, path::Path, time::Duration};

use bollard::{
    errors::Error as EngineError,
    models::{MountType, VolumeCreateRequest},
    query_parameters::{
        CreateContainerOptionsBuilder, CreateImageOptionsBuilder, StartContainerOptions,
    },
};
use domain::{Reason, reason::StartTrouble};
use futures::StreamExt;

use super::{
    create::{Recipe, recipe},
    decide::{Doing, wait},
    driver::Shared,
    end,
    found::{PodKey, found},
    link::Link,
    look, open,
    pull::{Progress, When, name_and_tag},
    trouble,
};
use crate::{DesiredPod, PodDetail};

/// A pull that reports nothing for this long is given up, and tried again.
const PULL_SILENT: Duration = Duration::from_secs(300);
/// Tries before a trouble counts as one that does not pass.
const TRIES_MAX: u32 = 3;

/// Begins the work on a pod. It ends with a container that runs, or with a reason on the board.
pub fn begin(
    shared: &std::sync::Arc<Shared>,
    link: &Link,
    order: &DesiredPod,
    restart: u32,
    tries: u32,
) {
    let (shared, link, order) = (shared.clone(), link.clone(), order.clone());
    let pod = order.key();
    let detail = planned(&order, &link, &shared);
    let doing = Doing::Preparing(format!("Starting on {}", link.node_name()));
    // The board is held until the work is on it, so that the work finds itself there.
    let board_of = shared.clone();
    let mut board = board_of.board();
    let work = tokio::spawn(async move {
        let done =
            Preparation { shared: &shared, link: &link, order: &order, pod }.run(restart).await;
        let mut board = shared.board();
        match done {
            Ok(()) => board.done(pod),
            Err(reason) => {
                let reason = *reason;
                let (now, tries) = (board.now, tries + 1);
                board.tell_trouble(pod, now, &reason);
                let next = after(reason, tries, now);
                if let Doing::Waiting { until, .. } = &next {
                    shared.hint_at(*until, now);
                }
                board.now_doing(pod, next);
            }
        }
        drop(board);
        shared.hint.notify_one();
    });
    board.begin(pod, doing, detail, work.abort_handle());
}

fn planned(order: &DesiredPod, link: &Link, shared: &Shared) -> PodDetail {
    PodDetail {
        workload: order.workload,
        generation: order.generation,
        pod_name: order.name.clone(),
        node: link.node_name().clone(),
        ip: None,
        addresses: Default::default(),
        started_at: None,
        created_at: shared.board().now,
        image: order.submission.image.clone().unwrap_or_default(),
    }
}

/// What follows a trouble: another try, or the end.
fn after(reason: Reason, tries: u32, now: domain::Timestamp) -> Doing {
    let is_of_others = match &reason {
        // Whatever is the matter with a registry, a disk or another project, the workspace is not to blame.
        Reason::ImageUnavailable { .. } => trouble::may_pass(&reason),
        Reason::NotStarted { kind, .. } => {
            matches!(kind, StartTrouble::DiskFull | StartTrouble::DataVolume)
        }
        _ => false,
    };
    let is_image = matches!(reason, Reason::ImageUnavailable { .. });
    let again = is_of_others || tries < TRIES_MAX && (is_image || trouble::may_pass(&reason));
    if !again {
        return Doing::Refused(reason);
    }
    let pause = jiff::SignedDuration::try_from(wait(tries)).unwrap_or_default();
    Doing::Waiting { reason, tries, until: now.saturating_add(pause).unwrap_or(now) }
}

struct Preparation<'a> {
    shared: &'a Shared,
    link: &'a Link,
    order: &'a DesiredPod,
    pod: PodKey,
}

impl Preparation<'_> {
    async fn run(&self, restart: u32) -> Result<(), Box<Reason>> {
        let mut recipe = recipe(self.order, restart, &self.link.ground)?;
        self.folders(&mut recipe)?;
        let image = recipe.body.image.clone().unwrap_or_default();
        self.image(&image).await?;
        let user = self.user_of(&image).await?;
        let recipe = recipe.with_user_of_image(&user)?;
        self.say(format!("Starting the container on {}", self.link.node_name()));
        let made = self.volumes(&recipe).await?;
        let (id, is_new) = self.container(&recipe).await?;
        if is_new && restart == 0 && !self.link.ground.engine.is_podman {
            open::new_volumes(&self.link.docker, &id, &recipe, &made, &user).await?;
        }
        self.start(&id).await?;
        let started = format!("Started the container of {}", self.order.name);
        let mut board = self.shared.board();
        let now = board.now;
        board.tell(self.pod, now, "Started", started);
        Ok(())
    }

    /// Starts a container that was made.
    async fn start(&self, id: &str) -> Result<(), Box<Reason>> {
        let docker = &self.link.docker;
        let started = docker.start_container(id, None::<StartContainerOptions>).await;
        let Err(reason) = started.map_err(refused) else { return Ok(()) };
        if matches!(*reason, Reason::NotStarted { kind: StartTrouble::PortTaken, .. }) {
            // The engine found ports when it made it, and somebody took one since: a new one finds others. What
            // cannot be removed is met again at the next try.
            let _ = end::remove(docker, id).await;
        }
        Err(reason)
    }

    fn say(&self, doing: String) {
        self.shared.board().now_doing(self.pod, Doing::Preparing(doing));
        self.shared.hint.notify_one();
    }

    fn tell(&self, word: &str, message: String) {
        let mut board = self.shared.board();
        let now = board.now;
        board.tell(self.pod, now, word, message);
    }

    /// A host path must lie in an open folder by what it really is: a link may lead out of it.
    fn folders(&self, recipe: &mut Recipe) -> Result<(), Box<Reason>> {
        let open = &self.shared.settings.host_folders;
        let open: Vec<_> =
            open.iter().filter_map(|folder| Path::new(folder).canonicalize().ok()).collect();
        let mounts = recipe.body.host_config.as_mut().and_then(|config| config.mounts.as_mut());
        let folders = mounts.into_iter().flatten().filter(|m| m.typ == Some(MountType::BIND));
        for mount in folders {
            let path = mount.source.clone().unwrap_or_default();
            let wrong = |why: &str| Reason::NotStarted {
                kind: StartTrouble::Mount,
                answer: format!("{path} {why}"),
            };
            let real = Path::new(&path).canonicalize();
            let real = real.map_err(|cause| wrong(&format!("cannot be used: {cause}")))?;
            if !open.iter().any(|folder| real.starts_with(folder)) {
                return Err(Box::new(wrong(
                    "leads out of the folders that are open to workspaces",
                )));
            }
            mount.source = Some(real.to_string_lossy().into_owned());
        }
        Ok(())
    }

    async fn image(&self, image: &str) -> Result<(), Box<Reason>> {
        let policy = self.order.submission.image_pull_policy.as_deref();
        let when = When::of(policy, image);
        let is_here = self.link.docker.inspect_image(image).await.is_ok();
        match when {
            When::IfAbsent | When::Never if is_here => return Ok(()),
            When::Never => {
                let answer =
                    format!("{image} is not on the machine, and the pull condition is Never");
                return Err(Box::new(Reason::NotStarted { kind: StartTrouble::Other, answer }));
            }
            When::Always | When::IfAbsent => {}
        }
        self.tell("Pulling", format!("Pulling image {image}"));
        self.pull(image).await.map_err(|answer| trouble::of_pull(image, &answer))?;
        self.tell("Pulled", format!("Pulled image {image} on {}", self.link.node_name()));
        Ok(())
    }

    /// Pulls to the end of the stream: that is where the engine says what went wrong.
    async fn pull(&self, image: &str) -> Result<(), String> {
        let (name, tag) = name_and_tag(image);
        let mut options = CreateImageOptionsBuilder::default().from_image(name);
        if !tag.is_empty() {
            options = options.tag(tag);
        }
        let mut reports = self.link.docker.create_image(Some(options.build()), None, None);
        let mut progress = Progress::default();
        let node = self.link.node_name().as_str().to_owned();
        let mut said = progress.sentence(image, &node);
        self.say(said.clone());
        loop {
            let next = tokio::time::timeout(PULL_SILENT, reports.next()).await;
            let report = match next {
                Err(_) => return Err(format!("no answer for {} s", PULL_SILENT.as_secs())),
                Ok(None) => return Ok(()),
                Ok(Some(report)) => report.map_err(|wrong| words(&wrong))?,
            };
            progress.take(&report);
            let sentence = progress.sentence(image, &node);
            if sentence != said {
                said = sentence.clone();
                self.say(sentence);
            }
        }
    }

    async fn user_of(&self, image: &str) -> Result<String, Box<Reason>> {
        let seen = self.link.docker.inspect_image(image).await;
        let seen = seen.map_err(|wrong| trouble::of_pull(image, &words(&wrong)))?;
        Ok(seen.config.and_then(|config| config.user).unwrap_or_default())
    }

    /// Gives those that were made just now. What is another project's is that project's to make.
    async fn volumes(&self, recipe: &Recipe) -> Result<BTreeSet<String>, Box<Reason>> {
        let mut made = BTreeSet::new();
        for volume in &recipe.volumes {
            let request = VolumeCreateRequest {
                name: Some(volume.name.clone()),
                driver: Some("local".into()),
                driver_opts: Some(volume.options.clone()),
                labels: Some(volume.labels.clone()),
                ..VolumeCreateRequest::default()
            };
            if self.link.docker.inspect_volume(&volume.name).await.is_err() {
                if volume.is_anothers {
                    return Err(absent(&volume.name));
                }
                self.link.docker.create_volume(request).await.map_err(refused)?;
                made.insert(volume.name.clone());
            }
        }
        Ok(made)
    }

    /// The container, and whether it was made just now.
    async fn container(&self, recipe: &Recipe) -> Result<(String, bool), Box<Reason>> {
        let docker = &self.link.docker;
        if let Some(id) = self.same_name(recipe).await? {
            return Ok((id, false));
        }
        let options = CreateContainerOptionsBuilder::default().name(&recipe.name).build();
        let made = docker.create_container(Some(options), recipe.body.clone()).await;
        Ok((made.map_err(refused)?.id, true))
    }

    /// A container that has the name already: the very one, which is used; one that Berth made for
    /// something else, which is removed; or somebody else's, which is left alone.
    async fn same_name(&self, recipe: &Recipe) -> Result<Option<String>, Box<Reason>> {
        let docker = &self.link.docker;
        let named = look::one(docker, &recipe.name).await.map_err(refused)?;
        let Some(seen) = named else { return Ok(None) };
        let other = found(&seen).filter(|other| other.tag.cluster == self.shared.settings.cluster);
        let Some(other) = other else {
            return Err(Box::new(Reason::NotStarted {
                kind: StartTrouble::NameTaken,
                answer: recipe.name.clone(),
            }));
        };
        let labels = recipe.body.labels.as_ref();
        if labels.and_then(super::labels::Tag::of).as_ref() == Some(&other.tag) {
            return Ok(Some(other.id));
        }
        end::remove(docker, &other.id).await.map_err(refused)?;
        Ok(None)
    }
}

/// Nobody has made the volume yet that another project is to show.
fn absent(volume: &str) -> Box<Reason> {
    let answer = format!("no workspace has made volume {volume} yet");
    Box::new(Reason::NotStarted { kind: StartTrouble::DataVolume, answer })
}

/// What the engine said, as a reason.
pub fn refused(wrong: EngineError) -> Box<Reason> {
    Box::new(trouble::of_start(&words(&wrong)))
}

/// The engine's own words, without the client's around them.
fn words(wrong: &EngineError) -> String {
    match wrong {
        EngineError::DockerResponseServerError { message, .. } => message.clone(),
        EngineError::DockerStreamError { error } => error.clone(),
        other => other.to_string(),
    }
}
