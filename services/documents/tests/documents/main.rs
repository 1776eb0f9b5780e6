//! Documents as platforms and tender committees get them. Needs Debian's poppler-utils and fonts-noto-cjk.

#[cfg(test)]
mod bucket;
#[cfg(test)]
mod code;
#[cfg(test)]
mod evidence;
mod faces;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod names;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod templates;
