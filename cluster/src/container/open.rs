//! New volumes for containers that do not run as root. Podman gives a new volume to the container's
//! user; Docker leaves it to root, and nobody else could write there.

use std::collections::BTreeSet;

use bollard::{Docker, body_full, query_parameters::UploadToContainerOptionsBuilder};
use domain::Reason;

use super::{
    create::{Recipe, Volume},
    labels::Stay,
    prepare::refused,
};

/// For a user that is known by number, the folder becomes theirs; else it is open to everybody, as a
/// new directory of Kubernetes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owner {
    user: u64,
    group: u64,
    mode: u32,
}

impl Owner {
    /// `None` for root, who may write anyway.
    fn of(user: &str) -> Option<Self> {
        let (user, group) = user.split_once(':').unwrap_or((user, ""));
        match user.parse() {
            _ if ["", "root", "0"].contains(&user) => None,
            Ok(user) => Some(Self { user, group: group.parse().unwrap_or(0), mode: 0o775 }),
            Err(_) => Some(Self { user: 0, group: 0, mode: 0o1777 }),
        }
    }
}

/// Opens the volumes that nobody has written to before. `made` are those made just now, `user` is
/// the image's.
pub async fn new_volumes(
    docker: &Docker,
    container: &str,
    recipe: &Recipe,
    made: &BTreeSet<String>,
    user: &str,
) -> Result<(), Box<Reason>> {
    let Some(owner) = Owner::of(recipe.body.user.as_deref().unwrap_or(user)) else { return Ok(()) };
    let archive = archive(owner).map_err(|cause| super::trouble::of_start(&cause.to_string()))?;
    let new = |volume: &&Volume| volume.is_open && !volume.read_only && is_new(volume, made);
    for volume in recipe.volumes.iter().filter(new) {
        let options = UploadToContainerOptionsBuilder::default().path(&volume.target).build();
        let body = body_full(archive.clone().into());
        docker.upload_to_container(container, Some(options), body).await.map_err(refused)?;
    }
    Ok(())
}

/// A volume of this run has no past; that of an older one may have been written to.
fn is_new(volume: &Volume, made: &BTreeSet<String>) -> bool {
    made.contains(&volume.name) || matches!(Stay::of(&volume.labels), Stay::Run(..))
}

/// An archive of one folder: the one that it is unpacked in.
fn archive(owner: Owner) -> std::io::Result<Vec<u8>> {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_size(0);
    header.set_mode(owner.mode);
    header.set_uid(owner.user);
    header.set_gid(owner.group);
    let mut archive = tar::Builder::new(Vec::new());
    archive.append_data(&mut header, "./", std::io::empty())?;
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_to_whom_it_can() {
        let users = ["", "root", "0:0", "1000", "1000:100", "jovyan", "jovyan:users"];
        let told = users.map(|user| match Owner::of(user) {
            None => format!("{user:?}: as it is"),
            Some(owner) => format!("{user:?}: {}:{} {:o}", owner.user, owner.group, owner.mode),
        });
        insta::assert_snapshot!(told.join("\n"), @r#"
        "": as it is
        "root": as it is
        "0:0": as it is
        "1000": 1000:0 775
        "1000:100": 1000:100 775
        "jovyan": 0:0 1777
        "jovyan:users": 0:0 1777
        "#);
    }

    #[test]
    fn the_archive_is_the_folder_itself() {
        let archive = archive(Owner { user: 1000, group: 100, mode: 0o775 }).unwrap();
        let mut archive = tar::Archive::new(archive.as_slice());
        let entry = archive.entries().unwrap().next().unwrap().unwrap();
        let header = entry.header();
        assert_eq!(entry.path().unwrap().to_string_lossy(), "./");
        assert_eq!((header.uid().unwrap(), header.mode().unwrap()), (1000, 0o775));
    }
}
