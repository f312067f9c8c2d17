//! The three slices with their letters, scale bars and colour bar.

use super::section;
use crate::number::{readable, significant, ticks};
use crate::picture::{INFERNO, Plane, Slice};
use crate::report::Report;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Length of the scale bar, mm.
pub(super) const SCALE_BAR: f64 = 50.0;

/// The slices, where there are any.
pub(super) fn slices(report: &Report) -> String {
    let Some(pictures) = &report.pictures else { return String::new() };
    let unit = report.settings.basis.unit();
    let figures: String = pictures
        .slices
        .iter()
        .map(|slice| {
            let alt = format!(
                "{} slice of absorbed dose over anatomy at {}; brightest colour {} {unit}",
                capital(slice.plane),
                place(slice),
                readable(pictures.full_scale)
            );
            figure(&slice.into(), &alt, &format!("{}, {}", capital(slice.plane), place(slice)))
        })
        .collect();
    let body = format!(
        "<div class=\"slices\" id=\"still-slices\" style=\"--columns:{}\">\n{figures}</div>\n{}<p class=\"caption\">Dose over anatomy, \
         three slices through one point. Radiological view: the patient's right is on the left. Below a quarter of \
         the full scale the dose fades out so that the anatomy can be seen. Numbers are the lesions' labels; the \
         bar is {} mm.</p>\n",
        pictures.slices.each_ref().map(|slice| format!("{}fr", slice.size[0])).join(" "),
        colour_bar(pictures.full_scale, unit, "slices"),
        significant(SCALE_BAR, 3),
    );
    section("slices", "Dose over anatomy", &body)
}

/// A picture in one of the planes.
pub(super) struct Sheet<'a> {
    pub(super) plane: Plane,
    /// Pixels across and down.
    pub(super) size: [usize; 2],
    pub(super) pixel_mm: f64,
    /// Labels with their places, as fractions of width and height.
    pub(super) marks: &'a [(u32, [f64; 2])],
    pub(super) png: &'a [u8],
}

impl<'a> From<&'a Slice> for Sheet<'a> {
    fn from(slice: &'a Slice) -> Self {
        let Slice { plane, size, pixel_mm, marks, png, .. } = slice;
        Self { plane: *plane, size: *size, pixel_mm: *pixel_mm, marks, png }
    }
}

/// Where a slice cuts, "z = −12.5 mm".
pub(super) fn place(slice: &Slice) -> String {
    let axis = ["x", "y", "z"][slice.plane.normal_axis()];
    let position = format!("{:.1}", slice.position_mm).replace('-', "−");
    format!("{axis} = {position} mm")
}

/// A picture with its letters, labels and scale bar; `alt` and `caption` are HTML already.
pub(super) fn figure(slice: &Sheet<'_>, alt: &str, caption: &str) -> String {
    let [width, height] = slice.size;
    let [left, right, top, bottom] = slice.plane.edges();
    let letters: String = [("left", left), ("right", right), ("top", top), ("bottom", bottom)]
        .iter()
        .map(|(edge, letter)| format!("<span class=\"edge {edge}\">{letter}</span>"))
        .collect();
    let marks: String = slice
        .marks
        .iter()
        .map(|(label, [x, y])| {
            format!(
                "<span class=\"mark\" style=\"left:{:.1}%;top:{:.1}%\">{label}</span>",
                100.0 * x,
                100.0 * y
            )
        })
        .collect();
    let bar = 100.0 * SCALE_BAR / (slice.pixel_mm * width as f64);
    let bar = if bar < 80.0 {
        format!("<span class=\"bar\" style=\"width:{bar:.2}%\"></span>")
    } else {
        String::new()
    };
    format!(
        "<figure class=\"slice\"><div class=\"sheet\"><img src=\"data:image/png;base64,{}\" width=\"{width}\" \
         height=\"{height}\" alt=\"{alt}; left edge {left}, top edge {top}\">{letters}{marks}{bar}</div>\
         <figcaption>{caption}</figcaption></figure>\n",
        STANDARD.encode(slice.png),
    )
}

/// The name of a plane at the start of a sentence.
pub(super) fn capital(plane: Plane) -> &'static str {
    match plane {
        Plane::Axial => "Axial",
        Plane::Coronal => "Coronal",
        Plane::Sagittal => "Sagittal",
    }
}

/// The colours from zero to full scale with round doses below; `id` tells the bars of a page apart.
pub(super) fn colour_bar(full_scale: f64, unit: &str, id: &str) -> String {
    let (left, width) = (30.0, 540.0);
    let last = INFERNO.len() - 1;
    let stops: String = INFERNO
        .iter()
        .enumerate()
        .map(|(number, [r, g, b])| {
            let offset = 100.0 * number as f64 / last as f64;
            format!("<stop offset=\"{offset:.2}%\" stop-color=\"#{r:02x}{g:02x}{b:02x}\"/>")
        })
        .collect();
    let marks: String = ticks(full_scale, 5)
        .iter()
        .map(|&dose| {
            let x = left + width * dose / full_scale;
            format!(
                "<path class=\"axis\" d=\"M{x:.1} 20v6\"/><text x=\"{x:.1}\" y=\"42\" \
                 text-anchor=\"middle\">{}</text>",
                significant(dose, 6)
            )
        })
        .collect();
    format!(
        "<svg class=\"colours\" viewBox=\"0 0 660 50\" role=\"img\" aria-label=\"Colour bar from 0 to {} {unit}\">\
         <defs><linearGradient id=\"inferno-{id}\">{stops}</linearGradient></defs><rect x=\"{left}\" y=\"2\" \
         width=\"{width}\" height=\"18\" fill=\"url(#inferno-{id})\"/>{marks}<text x=\"{}\" y=\"17\">{unit}</text></svg>\n",
        readable(full_scale),
        left + width + 10.0
    )
}
