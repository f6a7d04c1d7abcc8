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
        "spec.security",
    ],
    parts: &[
        part(
            "Environment image",
            "What is started on the node.",
            &[Stack(&["image", "pull"]), Rows("secret")],
        ),
        part("Tools", "What you open in the browser once it runs.", &[Rows("tool")]),
        part("Command and arguments", "Empty: the image's own.", &[Stack(&["command", "args"])]),
        part(
            "Environment variables",
            "Names with RUNAI_ are set by Berth itself.",
            &[Rows("variable")],
        ),
        part(
            "Inside the container",
            "",
            &[
                Stack(&["working_dir", "uid_source"]),
                Side(&["uid", "gid", "groups"]),
                Stack(&["capabilities"]),
            ],
        ),
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
    parts: &[
        part(
            "GPU",
            "All devices of a workspace are on one node.",
            &[
                Side(&["gpu_devices", "fractioning"]),
                Side(&["gpu_request", "gpu_limit"]),
                Own(Drawn::GpuCard),
            ],
        ),
        part("CPU", "", &[Side(&["cpu", "cpu_limit", "memory", "memory_limit"])]),
        part("Extended resources", "", &[Stack(&["large_shm"]), Rows("extended")]),
        part(
            "Node pools",
            "Tried from the top. Move with the mouse, with Alt and the arrow keys, or by the menu.",
            &[Own(Drawn::Pools)],
        ),
        part("Where it may run", "", &[Stack(&["node_type"]), Rows("toleration")]),
    ],
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
        part("When it ends", "", &[Side(&["backoff", "auto_deletion"])]),
        part("Labels and annotations", "", &[Rows("label"), Rows("annotation")]),
    ],
};
