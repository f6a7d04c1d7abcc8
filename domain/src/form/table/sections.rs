//! How the page lays the fields out.

use crate::form::{
    Block::{self, Own, Rows, Side, Stack},
    Own as Drawn, Part, Section,
};

const fn part(title: &'static str, help: &'static str, blocks: &'static [Block]) -> Part {
    Part { title, help, blocks }
}

/// The sections, in their order.
pub const SECTIONS: [&Section; 4] = [&ENVIRONMENT, &COMPUTE, &STORAGE, &GENERAL];

const TOOLS: Part =
    part("Tools", "What you open in the browser once it runs.", &[Rows("tool"), Rows("link")]);
const PROCESS: Part =
    part("Command and arguments", "Empty: the image's own.", &[Own(Drawn::Process)]);
const VARIABLES: Part = part(
    "Environment variables",
    "Names with RUNAI_ are set by Berth itself.",
    &[Rows("variable")],
);
const INSIDE: Part = part(
    "Inside the container",
    "",
    &[
        Stack(&["working_dir", "uid_source"]),
        Side(&["uid", "gid", "groups"]),
        Stack(&["capabilities"]),
    ],
);
/// Of an environment, which may keep the user to itself.
const INSIDE_ENVIRONMENT: Part = part(
    "Inside the container",
    "",
    &[
        Stack(&["working_dir", "uid_source"]),
        Side(&["uid", "gid", "groups"]),
        Stack(&["uid_open", "capabilities"]),
    ],
);
const GPU: Part = part(
    "GPU",
    "All devices of a workspace are on one node.",
    &[
        Side(&["gpu_devices", "fractioning"]),
        Side(&["gpu_request", "gpu_limit"]),
        Own(Drawn::GpuCard),
    ],
);
const CPU: Part = part("CPU", "", &[Side(&["cpu", "cpu_limit", "memory", "memory_limit"])]);
const EXTENDED: Part = part("Extended resources", "", &[Stack(&["large_shm"]), Rows("extended")]);
const NODE_POOLS: Part = part(
    "Node pools",
    "Tried from the top. Move with the mouse, with Alt and the arrow keys, or by the menu.",
    &[Own(Drawn::Pools)],
);
const PLACES: Part = part("Where it may run", "", &[Stack(&["node_type"]), Rows("toleration")]);
const ENDING: Part = part("When it ends", "", &[Side(&["backoff", "auto_deletion"])]);
const NAMED: Part = part("Labels and annotations", "", &[Rows("label"), Rows("annotation")]);

const ENVIRONMENT: Section = Section {
    id: "environment",
    title: "Environment",
    paths: &[
        "spec.image",
        "spec.command",
        "spec.args",
        "spec.workingDir",
        "spec.environmentVariables",
        "spec.exposedUrls",
        "spec.ports",
        "spec.relatedUrls",
        "spec.security",
    ],
    parts: &[
        part(
            "Environment image",
            "What is started on the node.",
            &[
                Stack(&["image_source", "image", "ngc_access", "ngc_registry"]),
                Side(&["ngc_source", "ngc_shared", "ngc_mine", "ngc_image", "ngc_tag"]),
                Own(Drawn::Image),
                Stack(&["pull"]),
                Rows("secret"),
            ],
        ),
        TOOLS,
        PROCESS,
        VARIABLES,
        INSIDE,
    ],
};

const COMPUTE: Section = Section {
    id: "compute",
    title: "Compute resources",
    paths: &[
        "spec.compute",
        "spec.nodePools",
        "spec.nodeType",
        "spec.nodeAffinity",
        "spec.tolerations",
    ],
    parts: &[GPU, CPU, EXTENDED, NODE_POOLS, PLACES],
};

const STORAGE: Section = Section {
    id: "storage",
    title: "Data & storage",
    paths: &["spec.storage"],
    parts: &[part(
        "Data sources and volumes",
        "What is outside these paths goes with the container.",
        &[Own(Drawn::Data)],
    )],
};

const GENERAL: Section = Section {
    id: "general",
    title: "General",
    paths: &[
        "spec.preemptibility",
        "spec.priorityClass",
        "spec.terminationGracePeriodSeconds",
        "spec.backoffLimit",
        "spec.autoDeletion",
        "spec.annotations",
        "spec.labels",
    ],
    parts: &[
        part("Preemption", "", &[Own(Drawn::Preemption), Side(&["priority", "grace"])]),
        ENDING,
        NAMED,
    ],
};

/// The sections of the Original form: galleries, and what may be changed about what was chosen in them
/// (`form-and-assets.md` §2.3).
pub const ORIGINAL: [&Section; 4] =
    [&ORIGINAL_ENVIRONMENT, &ORIGINAL_COMPUTE, &ORIGINAL_STORAGE, &ORIGINAL_GENERAL];

const ORIGINAL_ENVIRONMENT: Section = Section {
    parts: &[
        part("Environment", "What is started on the node.", &[Own(Drawn::Gallery)]),
        part(
            "Tools",
            "How what the environment brings is reached. What runs, and on which port, is the environment's.",
            &[Own(Drawn::GivenTools), Rows("link")],
        ),
        part("User", "Where the environment leaves it open.", &[Side(&["uid", "gid", "groups"])]),
        PROCESS,
        VARIABLES,
    ],
    ..ENVIRONMENT
};

const ORIGINAL_COMPUTE: Section = Section {
    parts: &[
        part(
            "Compute resource",
            "GPUs, CPU and memory.",
            &[Own(Drawn::Gallery), Own(Drawn::GpuCard)],
        ),
        NODE_POOLS,
        PLACES,
    ],
    ..COMPUTE
};

const ORIGINAL_STORAGE: Section = Section {
    title: "Data sources",
    parts: &[
        part("Volumes", "New ones, which go with the workspace.", &[Own(Drawn::Volumes)]),
        part("Data sources", "What is there already.", &[Own(Drawn::Gallery)]),
    ],
    ..STORAGE
};

const ORIGINAL_GENERAL: Section = Section {
    parts: &[part("Over quota", "", &[Own(Drawn::OverQuota)]), ENDING, NAMED],
    ..GENERAL
};

/// The sections of the form of an asset or a template (`form-and-assets.md` §6.3, §7, §13.2): credentials of the person
/// who submits and places of one cluster are no part of it.
pub fn setup_sections(of: &str) -> Vec<&'static Section> {
    match of {
        "environment" => vec![&SETUP_ENVIRONMENT],
        "compute resource" => vec![&SETUP_COMPUTE],
        _ => vec![&TEMPLATE_ENVIRONMENT, &TEMPLATE_COMPUTE, &STORAGE, &GENERAL],
    }
}

const SETUP_ENVIRONMENT: Section = Section {
    parts: &[
        part(
            "Environment image",
            "What is started on the node.",
            &[
                Stack(&["image_source", "image", "ngc_registry"]),
                Side(&["ngc_shared", "ngc_image", "ngc_tag"]),
                Stack(&["pull"]),
            ],
        ),
        TOOLS,
        PROCESS,
        VARIABLES,
        INSIDE_ENVIRONMENT,
    ],
    ..ENVIRONMENT
};

const TEMPLATE_ENVIRONMENT: Section = Section {
    parts: &[
        part(
            "Environment image",
            "What is started on the node.",
            &[
                Stack(&["image_source", "image", "ngc_access", "ngc_registry"]),
                Side(&["ngc_source", "ngc_shared", "ngc_mine", "ngc_image", "ngc_tag"]),
                Stack(&["pull"]),
            ],
        ),
        TOOLS,
        PROCESS,
        VARIABLES,
        INSIDE,
    ],
    ..ENVIRONMENT
};

const SETUP_COMPUTE: Section = Section { parts: &[GPU, CPU, EXTENDED], ..COMPUTE };

/// Of a template that links its compute resource: what the resource does not say.
pub const LINKED_COMPUTE: Section = Section { parts: &[TEMPLATE_PLACES], ..COMPUTE };

/// Of a template that is made of assets alone: what it says beside them.
pub const GENERAL_OF_ASSETS: Section =
    Section { parts: &[part("When it ends", "", &[Stack(&["auto_deletion"])]), NAMED], ..GENERAL };

const TEMPLATE_PLACES: Part = part("Where it may run", "", &[Rows("toleration")]);
const TEMPLATE_COMPUTE: Section =
    Section { parts: &[GPU, CPU, EXTENDED, TEMPLATE_PLACES], ..COMPUTE };
