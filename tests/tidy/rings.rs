//! Rings of files: two files that need each other, straight or over others, are read as one.

use std::collections::{BTreeMap, BTreeSet};

use super::SourceFile;

/// Macros that are exported: they are named from the root, wherever they stand.
const EXPORTED_MACROS: [&str; 1] = ["errors"];

/// A module or an item, by the names that lead to it from its crate's root.
type Path = Vec<String>;

/// The files of one crate, and what each `pub use` hands on under another path.
struct Sources {
    texts: BTreeMap<Path, String>,
    handed_on: BTreeMap<Path, Path>,
}

/// Every import by which files under `folder` (the `src` of a crate) stand in a ring. A parent that calls its child and
/// lends it something counts too. Tests are no part of it.
pub fn rings(folder: &str, files: &[SourceFile]) -> Vec<String> {
    let mut arrows = Sources::of(folder, files).arrows();
    // What leads nowhere, or is reached from nowhere, is in no ring.
    loop {
        let from: BTreeSet<Path> = arrows.iter().map(|(from, _)| from.clone()).collect();
        let to: BTreeSet<Path> = arrows.iter().map(|(_, to)| to.clone()).collect();
        let before = arrows.len();
        arrows.retain(|(start, end)| to.contains(start) && from.contains(end));
        if arrows.len() == before {
            break;
        }
    }
    arrows.iter().map(|(from, to)| format!("{folder}: {} needs {}", shown(from), shown(to))).collect()
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("/") }
}

impl Sources {
    fn of(folder: &str, files: &[SourceFile]) -> Self {
        let mut texts = BTreeMap::new();
        for SourceFile { path, text } in files {
            let inside = path.strip_prefix(folder).and_then(|path| path.strip_suffix(".rs"));
            let Some(inside) = inside.map(|path| path.trim_start_matches('/')) else { continue };
            let is_test = inside.split('/').any(|part| part.ends_with("tests") || part == "testing");
            if !is_test {
                let module = if matches!(inside, "lib" | "main") { Path::new() } else { names(inside, '/') };
                texts.insert(module, without_tests(text));
            }
        }
        let mut sources = Self { texts, handed_on: BTreeMap::new() };
        for (module, text) in &sources.texts {
            for (named, is_public) in imports(text) {
                let (Some(target), Some(name)) = (sources.whole(module, &named), named.last()) else {
                    continue;
                };
                if is_public {
                    let shown = module.iter().chain([name]).cloned().collect();
                    sources.handed_on.insert(shown, target);
                }
            }
        }
        sources
    }

    /// Which file needs which.
    fn arrows(&self) -> BTreeSet<(Path, Path)> {
        let mut arrows = BTreeSet::new();
        for (module, text) in &self.texts {
            let mut named: Vec<Path> = Vec::new();
            let mut local = BTreeMap::new();
            for (import, _) in imports(text) {
                let Some(whole) = self.whole(module, &import) else { continue };
                local.extend(whole.last().map(|name| (name.clone(), whole.clone())));
                named.push(whole);
            }
            for used in paths(text) {
                let known = used.first().and_then(|first| local.get(first));
                let of_local = known.map(|whole| whole.iter().chain(&used[1..]).cloned().collect());
                named.extend(of_local.or_else(|| self.whole(module, &used)));
            }
            let needed = named.iter().filter_map(|path| self.file(path)).filter(|to| to != module);
            arrows.extend(needed.map(|to| (module.clone(), to)));
        }
        arrows
    }

    /// A path as it is written in a module, from the crate's root; nothing where it leads out of the crate.
    fn whole(&self, module: &[String], written: &[String]) -> Option<Path> {
        let ups = written.iter().take_while(|part| *part == "super").count();
        let base = module.len().checked_sub(ups)?;
        match written.first()?.as_str() {
            "crate" if written.get(1).is_some_and(|name| EXPORTED_MACROS.contains(&name.as_str())) => None,
            "crate" => Some(written[1..].to_vec()),
            "self" => Some([module, &written[1..]].concat()),
            "super" => Some([&module[..base], &written[ups..]].concat()),
            first => {
                let child = [module, &[first.to_owned()]].concat();
                self.texts.contains_key(&child).then(|| [module, written].concat())
            }
        }
    }

    /// The file that holds an item. A module that is named alone is not used yet.
    fn file(&self, item: &[String]) -> Option<Path> {
        let mut item = item.to_vec();
        // Each step follows one `pub use`; a chain of them is short.
        for _ in 0..4 {
            let handed_on = (1..=item.len()).rev().find_map(|end| {
                self.handed_on.get(&item[..end]).map(|target| [target, &item[end..]].concat())
            });
            match handed_on {
                Some(target) if !self.texts.contains_key(&item) => item = target,
                _ => break,
            }
        }
        let end = (0..=item.len()).rev().find(|end| self.texts.contains_key(&item[..*end]))?;
        (end < item.len()).then(|| item[..end].to_vec())
    }
}

fn names(text: &str, separator: char) -> Path {
    text.split(separator).map(str::to_owned).collect()
}

/// A text up to its tests, without comments.
fn without_tests(text: &str) -> String {
    let end = text.match_indices("#[cfg(test)]\n").find(|(at, mark)| {
        let after = &text[at + mark.len()..];
        let line = after.lines().next().unwrap_or_default();
        line.contains("mod ") && line.ends_with('{')
    });
    let product = &text[..end.map_or(text.len(), |(at, _)| at)];
    product.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every path that `use` names, and whether others see it there.
fn imports(text: &str) -> Vec<(Path, bool)> {
    let mut found = Vec::new();
    for statement in text.split(';') {
        let Some((before, tree)) = statement.rsplit_once("use ") else { continue };
        let line = before.rsplit('\n').next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with("pub") {
            let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
            expand("", &tree, &mut |named| found.push((names(named, ':'), !line.is_empty())));
        }
    }
    found.iter_mut().for_each(|(path, _)| path.retain(|part| !part.is_empty()));
    found
}

/// The paths of an import's tree; a name that is given with `as` is taken as it is at home.
fn expand(prefix: &str, tree: &str, found: &mut dyn FnMut(&str)) {
    let Some((head, rest)) = tree.split_once('{') else {
        let name = tree.trim().split(" as ").next().unwrap_or_default();
        return found(format!("{prefix}{name}").trim_end_matches("::self"));
    };
    let prefix = format!("{prefix}{}", head.trim());
    let (mut depth, mut start) = (0_usize, 0);
    let body = rest.trim_end().strip_suffix('}').unwrap_or(rest);
    for (at, letter) in body.char_indices().chain([(body.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let part = body[start..at].trim();
                if !part.is_empty() {
                    expand(&prefix, part, found);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// Every path of two names or more outside `use`.
fn paths(text: &str) -> Vec<Path> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let words = text.split(|letter| !is_name(letter));
    let paths = words.filter(|word| word.contains("::") && !word.starts_with(':'));
    paths.map(|word| word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()).collect()
}

#[test]
fn a_ring_is_told_by_its_imports() {
    let file =
        |name: &str, text: &str| SourceFile { path: format!("a/src/{name}.rs"), text: text.to_owned() };
    let told = |files: &[SourceFile]| rings("a/src", files);
    let straight = [file("one", "use crate::two::Two;"), file("two", "pub struct Two;")];
    assert_eq!(told(&straight), Vec::<String>::new());
    let ring = [file("one", "use crate::two::Two;"), file("two", "fn f() { crate::one::f() }")];
    assert_eq!(told(&ring), ["a/src: one needs two", "a/src: two needs one"]);
    let by_tests = [
        file("one", "use crate::two::Two;"),
        file("two", "#[cfg(test)]\nmod tests {\nuse crate::one::f;\n}"),
    ];
    assert_eq!(told(&by_tests), Vec::<String>::new());
    let over_the_root = [
        file("lib", "pub use two::Two;\nmod one;\nmod two;"),
        file("one", "use crate::Two;"),
        file("two", "use crate::{\n    one::{self, One},\n};"),
    ];
    assert_eq!(told(&over_the_root), ["a/src: one needs two", "a/src: two needs one"]);
    let lent_by_the_parent =
        [file("one", "mod child;\nfn f() { child::f() }"), file("one/child", "use super::One;")];
    assert_eq!(told(&lent_by_the_parent), ["a/src: one needs one/child", "a/src: one/child needs one"]);
}
