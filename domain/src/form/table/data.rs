//! The rows of Data & storage: one table for every kind, because a row is one thing to who reads the page. What was
//! loaded from an asset keeps its origin; only where it is mounted can be changed (`form-and-assets.md` §4.3.1).

use super::words::{ACCESS_MODES, GIT_METHODS, MEDIA, PERSISTENCY, SIZE_UNITS, VOLUME_MODES};
use crate::form::{
    DataKind,
    Input::{ClassAttributes, Offered, OneOf, Quantity, Several, Switch},
    List, Offer, When, field, hidden, when,
};

const OWN: When = when("asset", &[""]);
const NFS: When = when("kind", &["nfs"]);
const S3: When = when("kind", &["s3"]);
const GIT: When = when("kind", &["git"]);
const HOST_PATH: When = when("kind", &["hostPath"]);
const EMPTY_DIR: When = when("kind", &["emptyDir"]);
const VOLUME: When = when("kind", &["volume"]);

/// The list.
pub const DATA_LIST: List = List {
    name: "data",
    add: "+Data",
    what: "data",
    paths: &[
        "spec.storage.pvc",
        "spec.storage.nfs",
        "spec.storage.git",
        "spec.storage.s3",
        "spec.storage.hostPath",
        "spec.storage.configMapVolume",
        "spec.storage.secretVolume",
        "spec.storage.dataVolume",
        "spec.storage.emptyDirVolume",
    ],
    key: "name",
    fields: &[
        hidden("kind"),
        // The asset it was loaded from, its name, and what is said of its origin.
        hidden("asset"),
        hidden("name"),
        hidden("origin"),
        hidden("rest"),
        field("server", "NFS server", "server")
            .code()
            .required()
            .placeholder("nfs.example.com")
            .when(&[OWN, NFS]),
        field("export", "NFS path", "path")
            .code()
            .required()
            .placeholder("/export")
            .when(&[OWN, NFS]),
        field("url", "S3 service URL", "url")
            .code()
            .optional()
            .placeholder("AWS S3")
            .when(&[OWN, S3]),
        field("bucket", "Bucket name", "bucket").code().required().when(&[OWN, S3]),
        field("access_key", "Credential", "accessKeySecret")
            .input(Offered(Offer::AccessKeys))
            .optional()
            .placeholder("None (public)")
            .when(&[OWN, S3]),
        field("repository", "Repository URL", "repository")
            .code()
            .required()
            .placeholder("https://")
            .when(&[OWN, GIT]),
        field("revision", "Revision", "revision")
            .code()
            .optional()
            .placeholder("HEAD")
            .help("Branch, tag or hash.")
            .when(&[OWN, GIT]),
        field("method", "Repository type", "secretRef.authenticationMethod")
            .input(OneOf(GIT_METHODS))
            .when(&[OWN, GIT]),
        field("git_secret", "Credential", "secretRef.name")
            .input(Offered(Offer::GitSecrets))
            .required()
            .when(&[OWN, GIT, when("method", &["password", "ssh-key"])]),
        field("host_path", "Host path", "path")
            .code()
            .required()
            .placeholder("/data")
            .when(&[OWN, HOST_PATH]),
        field("class", "Storage class", "claimInfo.storageClass")
            .input(Offered(Offer::StorageClasses))
            .optional()
            .placeholder("None")
            .when(&[VOLUME]),
        field("attributes", "Attributes of the storage class", "claimInfo.addedAttrValues")
            .input(ClassAttributes)
            .optional()
            .when(&[VOLUME]),
        field("modes", "Access mode(s)", "claimInfo.accessModes")
            .input(Several(ACCESS_MODES))
            .default("readWriteOnce")
            .when(&[VOLUME]),
        field("size", "Claim size", "claimInfo.size")
            .input(Quantity { unit: "size_unit", units: SIZE_UNITS })
            .required()
            .when(&[VOLUME]),
        field("limit", "Size", "sizeLimit")
            .input(Quantity { unit: "size_unit", units: SIZE_UNITS })
            .optional()
            .when(&[EMPTY_DIR]),
        hidden("size_unit").default("GB"),
        field("volume_mode", "Volume mode", "claimInfo.volumeMode")
            .input(OneOf(VOLUME_MODES))
            .default("Filesystem")
            .when(&[VOLUME]),
        field("medium", "Storage medium", "medium").input(OneOf(MEDIA)).when(&[EMPTY_DIR]),
        field("path", "Container path", "path").code().required().placeholder("/data"),
        field("sub_path", "Sub-path", "subPath")
            .code()
            .optional()
            .placeholder("app.properties")
            .help("One file of the ConfigMap.")
            .when(&[when("kind", &["configMap"])]),
        field("persistency", "Volume persistency", "ephemeral")
            .input(OneOf(PERSISTENCY))
            .default("persistent")
            .help("Persistent goes with the workspace, ephemeral with every stop.")
            .when(&[VOLUME]),
        field("read_only", "Prevent data modification", "readOnly")
            .input(Switch)
            .default("on")
            .when(&[OWN, when("kind", &["nfs", "hostPath"])]),
    ],
};

/// What can be mounted, in the order of the menu.
pub const DATA: [DataKind; 10] = [
    DataKind::of("volume", "Volume", "spec.storage.pvc").one_time(),
    DataKind::of("emptyDir", "EmptyDir", "spec.storage.emptyDirVolume").one_time(),
    DataKind::of("nfs", "NFS", "spec.storage.nfs").one_time(),
    DataKind::of("s3", "S3 bucket", "spec.storage.s3").one_time(),
    DataKind::of("git", "Git", "spec.storage.git").one_time(),
    DataKind::of("hostPath", "Host path", "spec.storage.hostPath").one_time(),
    DataKind::of("pvc", "PVC", "spec.storage.pvc"),
    DataKind::of("configMap", "ConfigMap", "spec.storage.configMapVolume"),
    DataKind::of("secret", "Secret", "spec.storage.secretVolume"),
    DataKind::of("dataVolume", "Data volume", "spec.storage.dataVolume"),
];
