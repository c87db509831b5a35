//! The sites in force: a snapshot that is swapped whole. A bad file changes nothing.

use super::file::{Brand, DEMO, Site};
use domain::id::SiteId;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Why the files were not applied; the ones before stay in force.
#[derive(Debug, thiserror::Error)]
pub enum SitesError {
    /// A file or the folder cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is wrong.
    #[error("{}, {problem}", path.display())]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Where and why.
        problem: crate::strict_toml::Problem,
    },
    /// Two files claim the same thing.
    #[error("{}: {what} is taken by another site", path.display())]
    Taken {
        /// The second of the two.
        path: PathBuf,
        /// What both claim.
        what: String,
    },
    /// No file at all.
    #[error("{}: no site file (*.toml); add one, or start with --demo", .0.display())]
    None(PathBuf),
}

/// The sites in force.
#[derive(Debug)]
pub struct Sites(RwLock<Arc<Snapshot>>);

/// One state of all sites; it does not change.
#[derive(Debug, Default)]
pub struct Snapshot {
    sites: HashMap<SiteId, Arc<Site>>,
    keys: HashMap<String, SiteId>,
}

impl Sites {
    /// Reads every `*.toml` of the folder.
    ///
    /// # Errors
    /// Any file is wrong, or there is none.
    pub fn load(folder: &Path) -> Result<Self, SitesError> {
        Ok(Self(RwLock::new(Arc::new(read_folder(folder)?))))
    }

    /// The demo site alone, as compiled in.
    pub fn demo() -> Self {
        let site = Site::parse(DEMO).expect("the compiled demo site is tested");
        let mut snapshot = Snapshot::default();
        snapshot
            .add(site, Path::new("demo.toml"))
            .expect("one site collides with no other");
        Self(RwLock::new(Arc::new(snapshot)))
    }

    /// Reads the folder again and swaps the sites.
    ///
    /// # Errors
    /// Any file is wrong: nothing has changed then.
    pub fn reload(&self, folder: &Path) -> Result<(), SitesError> {
        let fresh = Arc::new(read_folder(folder)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The present state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    /// One site.
    pub fn site(&self, id: &SiteId) -> Option<Arc<Site>> {
        self.snapshot().site(id)
    }

    /// The site and brand of a widget key.
    pub fn by_key(&self, key: &str) -> Option<(Arc<Site>, Brand)> {
        self.snapshot().by_key(key)
    }
}

impl Snapshot {
    /// One site.
    pub fn site(&self, id: &SiteId) -> Option<Arc<Site>> {
        self.sites.get(id).cloned()
    }

    /// The site and brand of a widget key.
    pub fn by_key(&self, key: &str) -> Option<(Arc<Site>, Brand)> {
        let site = self.site(self.keys.get(key)?)?;
        let brand = site.brand(key)?.clone();
        Some((site, brand))
    }

    /// Every site.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.sites.values()
    }

    fn add(&mut self, site: Site, path: &Path) -> Result<(), SitesError> {
        let taken = |what: String| SitesError::Taken {
            path: path.to_owned(),
            what,
        };
        if self.sites.contains_key(&site.id) {
            return Err(taken(format!("site id {}", site.id)));
        }
        for brand in &site.brands {
            if self
                .keys
                .insert(brand.key.clone(), site.id.clone())
                .is_some()
            {
                return Err(taken(format!("widget key {}", brand.key)));
            }
        }
        self.sites.insert(site.id.clone(), Arc::new(site));
        Ok(())
    }
}

fn read_folder(folder: &Path) -> Result<Snapshot, SitesError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| SitesError::Unreadable { path, source }
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(SitesError::None(folder.to_owned()));
    }
    paths.sort();

    let mut snapshot = Snapshot::default();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let site = Site::parse(&text).map_err(|problem| SitesError::Wrong {
            path: path.clone(),
            problem,
        })?;
        snapshot.add(site, &path)?;
    }
    Ok(snapshot)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        folder
    }

    #[test]
    fn a_bad_file_changes_nothing() {
        let folder = folder(&[("demo.toml", DEMO), ("notes.txt", "not a site")]);
        let sites = Sites::load(folder.path()).expect("right");
        let file = folder.path().join("demo.toml");

        std::fs::write(&file, DEMO.replace("name = ", "nam = ")).expect("written");
        let refused = sites
            .reload(folder.path())
            .expect_err("refused")
            .to_string();
        assert!(refused.contains("demo.toml, line "), "{refused}");
        assert!(refused.contains("did you mean \"name\"?"), "{refused}");
        assert!(sites.by_key("demo").is_some());

        let renamed = DEMO.replace("key = \"demo\"", "key = \"other\"");
        std::fs::write(&file, renamed).expect("written");
        sites.reload(folder.path()).expect("right again");
        assert!(sites.by_key("demo").is_none());
        assert_eq!(sites.by_key("other").expect("new").0.id.as_str(), "demo");
    }

    #[test]
    fn two_sites_share_nothing() {
        let twin = DEMO.replace("id = \"demo\"", "id = \"twin\"");
        let clash = folder(&[("a.toml", DEMO), ("b.toml", &twin)]);
        let refused = Sites::load(clash.path()).expect_err("same key").to_string();
        assert!(
            refused.ends_with("b.toml: widget key demo is taken by another site"),
            "{refused}"
        );
        let clash = folder(&[("a.toml", DEMO), ("b.toml", DEMO)]);
        assert!(Sites::load(clash.path()).is_err());
    }

    #[test]
    fn an_empty_folder_is_refused_and_the_demo_needs_none() {
        assert!(matches!(
            Sites::load(folder(&[]).path()),
            Err(SitesError::None(_))
        ));
        assert!(Sites::demo().by_key("demo").is_some());
    }
}
