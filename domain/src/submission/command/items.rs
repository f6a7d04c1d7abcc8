//! How the items of each list are written on the command line. The keys are those of the reference; what it lacks of an
//! item's fields has the field's name.

use super::flag::{Fixed, Head, Item, Key, bare, keyed, nothing, pair, several, text, whole};

/// Takes out what a template or an asset brings along.
const OUT: Key = bare("exclude", "exclude", true);

pub(super) const PLAIN: Item = pair("name", "value");
pub(super) const RESOURCE: Item = pair("resource", "quantity");
pub(super) const POD_FIELD: Item = pair("name", "podFieldRef.path");

pub(super) const FROM_SECRET: Item = Item {
    head: Head::Pair("name", "secret.name"),
    keys: &[text("key", "secret.key")],
    fixed: &[],
};
pub(super) const FROM_CONFIG_MAP: Item = Item {
    head: Head::Pair("name", "configMap.name"),
    keys: &[text("key", "configMap.key")],
    fixed: &[],
};
pub(super) const FROM_CREDENTIAL: Item = keyed(&[
    nothing("type"),
    text("name", "name"),
    text("credential-name", "userCredential.name"),
    text("key", "userCredential.key"),
    OUT,
]);

pub(super) const PULL_MINE: Item = Item {
    head: Head::None,
    keys: &[nothing("type"), text("name", "name"), OUT],
    fixed: &[("userCredential", Fixed::Bool(true))],
};
pub(super) const PULL_SHARED: Item = Item { head: Head::One("name"), keys: &[], fixed: &[] };

pub(super) const TOLERATION: Item = keyed(&[
    text("operator", "operator"),
    text("key", "key"),
    text("value", "value"),
    text("effect", "effect"),
    whole("seconds", "seconds"),
    text("name", "name"),
    OUT,
]);
pub(super) const NEAR_PREFERRED: Item =
    Item { head: Head::One("key"), keys: &[], fixed: &[("type", Fixed::Word("Preferred"))] };
pub(super) const NEAR_REQUIRED: Item =
    Item { head: Head::One("key"), keys: &[], fixed: &[("type", Fixed::Word("Required"))] };

pub(super) const EXISTING_PVC: Item = Item {
    head: Head::None,
    keys: &[
        text("claimname", "claimName"),
        text("path", "path"),
        bare("ro", "readOnly", true),
        text("name", "name"),
        OUT,
    ],
    fixed: &[("existingPvc", Fixed::Bool(true))],
};
pub(super) const NEW_PVC: Item = Item {
    head: Head::None,
    keys: &[
        text("claimname", "claimName"),
        text("storageclass", "claimInfo.storageClass"),
        text("size", "claimInfo.size"),
        text("path", "path"),
        bare("accessmode-rwo", "claimInfo.accessModes.readWriteOnce", true),
        bare("accessmode-rom", "claimInfo.accessModes.readOnlyMany", true),
        bare("accessmode-rwm", "claimInfo.accessModes.readWriteMany", true),
        bare("ro", "readOnly", true),
        bare("ephemeral", "ephemeral", true),
        text("volume-mode", "claimInfo.volumeMode"),
        bare("data-sharing", "dataSharing", true),
        text("name", "name"),
        OUT,
    ],
    fixed: &[("existingPvc", Fixed::Bool(false))],
};
pub(super) const DATA_VOLUME: Item =
    keyed(&[text("name", "id"), text("mountpath", "mountPath"), OUT]);
pub(super) const NFS: Item = keyed(&[
    text("path", "path"),
    text("server", "server"),
    text("mountpath", "mountPath"),
    bare("readwrite", "readOnly", false),
    text("name", "name"),
    OUT,
]);
pub(super) const HOST_PATH: Item = keyed(&[
    text("path", "path"),
    text("mount", "mountPath"),
    text("mount-propagation", "mountPropagation"),
    bare("readwrite", "readOnly", false),
    text("name", "name"),
    OUT,
]);
pub(super) const GIT: Item = keyed(&[
    text("name", "name"),
    text("repository", "repository"),
    text("path", "path"),
    text("secret", "secretRef.name"),
    text("rev", "revision"),
    text("branch", "branch"),
    text("authentication", "secretRef.authenticationMethod"),
    text("user-key", "secretRef.secretKeyOfUser"),
    text("password-key", "secretRef.secretKeyOfPassword"),
    OUT,
]);
pub(super) const S3: Item = keyed(&[
    text("name", "name"),
    text("bucket", "bucket"),
    text("path", "path"),
    text("accesskey", "accessKeySecret"),
    text("url", "url"),
    text("id-key", "secretKeyOfAccessKeyId"),
    text("secret-key", "secretKeyOfSecretKey"),
    OUT,
]);
pub(super) const CONFIG_MAP: Item = keyed(&[
    text("name", "configMap"),
    text("path", "mountPath"),
    text("subpath", "subPath"),
    text("default-mode", "defaultMode"),
    text("item", "name"),
    OUT,
]);
pub(super) const SECRET: Item = keyed(&[
    text("path", "mountPath"),
    text("name", "secret"),
    text("default-mode", "defaultMode"),
    text("item", "name"),
    OUT,
]);
pub(super) const EMPTY_DIR: Item = keyed(&[
    text("name", "name"),
    text("path", "path"),
    text("medium", "medium"),
    text("size-limit", "sizeLimit"),
    OUT,
]);

pub(super) const EXTERNAL_URL: Item = keyed(&[
    whole("container", "container"),
    text("url", "url"),
    several("authusers", "authorizedUsers"),
    several("authgroups", "authorizedGroups"),
    text("access", "authorizationType"),
    text("tool", "toolType"),
    text("tool-name", "toolName"),
    text("name", "name"),
    OUT,
]);
pub(super) const PORT: Item = keyed(&[
    text("service-type", "serviceType"),
    whole("container", "container"),
    whole("external", "external"),
    text("tool", "toolType"),
    text("tool-name", "toolName"),
    text("name", "name"),
    OUT,
]);
pub(super) const RELATED_URL: Item =
    keyed(&[text("url", "url"), text("type", "type"), text("name", "name"), OUT]);
pub(super) const PROBE: Item = keyed(&[
    text("path", "handler.httpGet.path"),
    whole("port", "handler.httpGet.port"),
    text("host", "handler.httpGet.host"),
    text("scheme", "handler.httpGet.scheme"),
    whole("delay", "initialDelaySeconds"),
    whole("period", "periodSeconds"),
    whole("timeout", "timeoutSeconds"),
    whole("successes", "successThreshold"),
    whole("failures", "failureThreshold"),
]);
