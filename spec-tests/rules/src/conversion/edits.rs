//! Edits of a draft that change the configuration and the files of an image together.

use seaworthy_generators::draft::{Content, Draft, NodeKind};
use seaworthy_generators::layer::file;
use seaworthy_generators::shape::{GROUP, PASSWD, base_layer};
use seaworthy_generators::tree::Tree;
use seaworthy_image::views::Relation;

/// Sets a member of the configuration's `config`.
pub(super) fn set(config: &mut Tree, name: &str, value: impl Into<Tree>) {
    config.member("config").set(name, value);
}

/// Gives images a user, and these lines of `/etc/passwd` and `/etc/group` before their own.
pub(super) fn set_user_with(draft: &mut Draft, user: &str, passwd: &str, group: &str) {
    let (passwd, group) = (format!("{passwd}{PASSWD}"), format!("{group}{GROUP}"));
    set_accounts(draft, user, &[("etc/passwd", passwd.as_bytes()), ("etc/group", group.as_bytes())]);
}

/// Gives images a user, and the lowest layer of a plain image with these files in place of its
/// accounts.
pub(super) fn set_accounts(draft: &mut Draft, user: &str, files: &[(&str, &[u8])]) {
    let mut targets = Vec::new();
    for node in draft.nodes.iter().filter(|node| node.kind == NodeKind::Manifest) {
        let lowest = node.links.iter().find(|link| link.relation == Relation::Layer);
        let config = node.links.iter().find(|link| link.relation == Relation::Config);
        targets.extend(lowest.into_iter().chain(config).map(|link| link.target));
    }
    for target in targets {
        match &mut draft.nodes[target].content {
            Content::Layer(layer) => {
                layer.members = base_layer();
                let is_account = |path: &[u8]| path == b"etc/passwd" || path == b"etc/group";
                layer.members.retain(|member| !is_account(&member.entry.path));
                layer.members.extend(files.iter().map(|(path, content)| file(path, content)));
            }
            Content::Document(config) => set(config, "User", user),
            Content::Bytes(_) => {}
        }
    }
}
