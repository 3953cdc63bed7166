//! A QR code as an inline picture: squares in one path, without colours of its own.

use maud::{Markup, html};
use qrcode::{Color, QrCode};

/// Light squares around a code, as readers ask for.
const QUIET_SQUARES: usize = 4;

/// The picture of a text; nothing where it is too long for one.
pub(crate) fn picture(text: &str, title: &str) -> Option<Markup> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let dark = code.to_colors();
    let dark = dark.iter().enumerate().filter(|(_, color)| **color == Color::Dark).map(|(index, _)| index);
    let square = |index: usize| {
        format!("M{} {}h1v1h-1z", index % width + QUIET_SQUARES, index / width + QUIET_SQUARES)
    };
    let path: String = dark.map(square).collect();
    let side = width + 2 * QUIET_SQUARES;
    Some(html! {
        svg.qr role="img" aria-label=(title) viewBox=(format!("0 0 {side} {side}")) width="240" height="240" shape-rendering="crispEdges" {
            rect.paper width=(side) height=(side) {}
            path.ink d=(path) {}
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_drawn_without_styles_and_a_text_that_is_too_long_is_none() {
        let drawn = super::picture("otpauth://totp/lianjian:01ARZ?secret=ABC", "码").unwrap().into_string();
        assert!(drawn.contains("M4 4h1v1h-1z") && !drawn.contains("style=") && !drawn.contains("fill="));
        assert!(super::picture(&"x".repeat(10_000), "码").is_none());
    }
}
