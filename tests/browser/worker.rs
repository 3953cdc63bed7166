//! Somebody at work in a browser, whose clicks and fields are counted and held to the table of tasks.

use std::cell::Cell;

use super::driver::Browser;

/// Somebody at work in a browser, whose clicks and fields are counted from the home page on.
pub struct Worker<'a> {
    browser: &'a Browser,
    clicks: Cell<u64>,
    fields: Cell<u64>,
}

impl<'a> Worker<'a> {
    /// Begins at home, with nothing counted.
    pub fn at_home(browser: &'a Browser) -> Self {
        browser.go("/");
        Self { browser, clicks: Cell::new(0), fields: Cell::new(0) }
    }

    /// Clicks what a selector names.
    pub fn click(&self, css: &str) {
        self.clicks.set(self.clicks.get() + 1);
        self.browser.click(css);
    }

    /// The button that stands beside something owed.
    pub fn begin(&self, command: &str) {
        self.click(&format!(".matters a.primary[href^='/work/{command}']"));
        self.browser.wait_for_path(|path| path.starts_with(&format!("/work/{command}")));
    }

    /// Fills in a field.
    pub fn fill(&self, name: &str, value: &str) {
        self.fields.set(self.fields.get() + 1);
        self.browser.fill(name, value);
    }

    /// Clicks a link or button of the page's matter by what it says.
    pub fn follow(&self, words: &str) {
        self.clicks.set(self.clicks.get() + 1);
        self.browser.click_named(words);
    }

    /// Picks from a list by what an entry says.
    pub fn pick(&self, name: &str, words: &str) {
        self.fields.set(self.fields.get() + 1);
        self.browser.pick(name, words);
    }

    /// A field that is a choice of some.
    pub fn choose(&self, name: &str, value: &str) {
        self.fields.set(self.fields.get() + 1);
        self.browser.click(&format!("input[name='{name}'][value='{value}']"));
    }

    /// Records at once, and waits until it leads there.
    pub fn record(&self, leads_to: &str) {
        self.click("button[name='_step'][value='record']");
        self.browser.wait_for_path(|path| path.starts_with(leads_to));
    }

    /// Looks at the preview, confirms it, and waits until it leads there.
    pub fn confirm(&self, leads_to: &str) {
        self.click("button[name='_step'][value='preview']");
        self.click("form[data-records] button[name='_step'][value='record']");
        self.browser.wait_for_path(|path| path.starts_with(leads_to));
    }

    /// What the table of tasks says that it takes.
    pub fn check(&self, task: &str) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/tasks.md");
        let table = std::fs::read_to_string(path).unwrap();
        let line = table.lines().find(|line| line.starts_with(&format!("| {task} |")));
        let cells: Vec<&str> =
            line.unwrap_or_else(|| panic!("no row {task}")).split('|').map(str::trim).collect();
        let counted = (self.clicks.get().to_string(), self.fields.get().to_string());
        assert_eq!((cells[4], cells[5]), (&*counted.0, &*counted.1), "{task}");
    }
}
