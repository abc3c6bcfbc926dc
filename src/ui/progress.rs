//! One line that says why nothing happens, and goes away by itself.

use super::Ui;

/// Shows a message on stderr until it is dropped; only on a terminal that can erase it.
#[must_use = "the message is erased when this is dropped"]
pub struct Progress<'a>(Option<&'a Ui>);

impl<'a> Progress<'a> {
    /// Shows `what`, such as "unlocking".
    pub fn start(ui: &'a Ui, what: &str) -> Self {
        let shown = ui.is_live().then_some(ui);
        if let Some(ui) = shown {
            ui.tell(&format!("{what}…"));
        }
        Self(shown)
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(ui) = self.0 {
            ui.tell("\r\x1b[K");
        }
    }
}
