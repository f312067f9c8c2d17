//! Dates and times of day (PS3.5 6.2: DA, TM, DT) as moments that can be subtracted.

use crate::element::Attributes;
use crate::error::Result;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use std::fmt;

/// A moment by the clock of the place where the image was made, to a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime {
    /// Milliseconds since 1970-01-01 00:00 by that clock.
    milliseconds: i64,
}

const DAY_MS: i64 = 86_400_000;

impl DateTime {
    /// From a date `YYYYMMDD` (or `YYYY.MM.DD`, of the retired ACR-NEMA form) and a time `HH[MM[SS[.F]]]` (or with colons).
    pub fn from_date_and_time(date: &str, time: &str) -> Option<Self> {
        Some(Self { milliseconds: days(date)? * DAY_MS + time_of_day(time)? })
    }

    /// From `YYYYMMDDHHMM[SS[.F]][&ZZXX]`. An offset from universal time is dropped if it is that of the object
    /// (TimezoneOffsetFromUTC) or the object states none; otherwise the moment is taken to the object's clock.
    pub fn parse(text: &str, zone_of_object: Option<&str>) -> Option<Self> {
        let (clock, zone) = match text.find(['+', '-']) {
            Some(sign) => (text.get(..sign)?, Some(text.get(sign..)?)),
            None => (text, None),
        };
        if clock.len() < 12 || !clock.is_ascii() {
            return None;
        }
        let moment = Self::from_date_and_time(clock.get(..8)?, clock.get(8..)?)?;
        let shift = match (zone, zone_of_object) {
            (Some(zone), Some(object)) => zone_ms(object)? - zone_ms(zone)?,
            _ => 0,
        };
        Some(Self { milliseconds: moment.milliseconds + shift })
    }

    /// Seconds from `earlier` to `self`; negative when it is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.milliseconds.saturating_sub(earlier.milliseconds) as f64 * 1e-3
    }

    /// The moment some seconds later.
    pub fn plus_seconds(self, seconds: f64) -> Self {
        // A time that a file makes up may lead beyond all dates.
        Self { milliseconds: self.milliseconds.saturating_add((seconds * 1e3).round() as i64) }
    }

    /// The same time of day on another day.
    pub fn plus_days(self, days: i64) -> Self {
        Self { milliseconds: self.milliseconds.saturating_add(days.saturating_mul(DAY_MS)) }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [year, month, day] = civil(self.milliseconds.div_euclid(DAY_MS));
        let seconds = self.milliseconds.rem_euclid(DAY_MS) / 1000;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(formatter, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

/// A moment from a date and a time element; `None` where either is absent.
pub(crate) fn moment(root: &Attributes<'_>, date: Tag, time: Tag) -> Result<Option<DateTime>> {
    let (Some(day), Some(clock)) = (root.text_optional(date), root.text_optional(time)) else {
        return Ok(None);
    };
    match DateTime::from_date_and_time(&day, &clock) {
        Some(moment) => Ok(Some(moment)),
        None if days(&day).is_none() => Err(root.error(date, format!("{day:?}"), "a date YYYYMMDD")),
        None => Err(root.error(time, format!("{clock:?}"), "a time HHMMSS.FFFFFF")),
    }
}

/// A moment from one element of date and time; `None` where it is absent.
pub(crate) fn date_time(item: &Attributes<'_>, root: &Attributes<'_>, tag: Tag) -> Result<Option<DateTime>> {
    let Some(text) = item.text_optional(tag) else { return Ok(None) };
    let zone = root.text_optional(tags::TIMEZONE_OFFSET_FROM_UTC);
    match DateTime::parse(&text, zone.as_deref()) {
        Some(moment) => Ok(Some(moment)),
        None => Err(item.error(tag, format!("{text:?}"), "a date and time YYYYMMDDHHMMSS")),
    }
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Days since 1970-01-01.
fn days(date: &str) -> Option<i64> {
    let plain: String = date.trim().chars().filter(|&c| c != '.').collect();
    if plain.len() != 8 {
        return None;
    }
    let [year, month, day] = [digits(plain.get(..4)?)?, digits(plain.get(4..6)?)?, digits(plain.get(6..)?)?];
    let count = days_from_civil(year, month, day);
    // Day 31 of a month of 30 would silently be the first of the next.
    ((1..=12).contains(&month) && civil(count) == [year, month, day]).then_some(count)
}

/// Milliseconds since midnight.
fn time_of_day(time: &str) -> Option<i64> {
    let plain: String = time.trim().chars().filter(|&c| c != ':').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if !matches!(whole.len(), 2 | 4 | 6) || !plain.is_ascii() {
        return None;
    }
    let part = |range: std::ops::Range<usize>| whole.get(range).map_or(Some(0), digits);
    let [hour, minute, second] = [part(0..2)?, part(2..4)?, part(4..6)?];
    let fraction = if fraction.is_empty() { 0 } else { digits(&format!("{fraction:0<3}")[..3])? };
    // 60 is a leap second.
    (hour < 24 && minute < 60 && second <= 60)
        .then_some(((hour * 60 + minute) * 60 + second) * 1000 + fraction)
}

fn zone_ms(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let text = zone.get(1..)?.trim();
    if text.len() != 4 {
        return None;
    }
    Some(sign * (digits(text.get(..2)?)? * 60 + digits(text.get(2..)?)?) * 60_000)
}

/// Days since 1970-01-01 in the Gregorian calendar, by counting 400-year eras of 146097 days from 1 March of year 0.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil(days: i64) -> [i64; 3] {
    let from_march = days + 719_468;
    let era = from_march.div_euclid(146_097);
    let day_of_era = from_march.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    [year_of_era + era * 400 + i64::from(month <= 2), month, day]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_after_midnight_follows_the_injection_before_it() {
        let injection = DateTime::from_date_and_time("20240228", "235930.5").unwrap();
        let scan = DateTime::parse("20240229000100", None).unwrap();
        assert_eq!(scan.seconds_since(injection), 89.5);
        assert_eq!(scan.plus_days(1).to_string(), "2024-03-01 00:01:00");
    }

    #[test]
    fn every_day_of_four_centuries_is_its_own_inverse() {
        for day in days("16000101").unwrap()..days("20010101").unwrap() {
            let [y, m, d] = civil(day);
            assert_eq!(days_from_civil(y, m, d), day);
        }
        assert_eq!(days("19700101"), Some(0));
        assert_eq!(days("20000301"), Some(11_017));
    }

    #[test]
    fn impossible_dates_and_times_are_refused() {
        for date in ["20230229", "20231301", "2023010", "2023010a", "", "20230100"] {
            assert_eq!(days(date), None, "{date}");
        }
        for time in ["24", "1", "1260", "12:3", "12345x", "ä2", "-1", "120000.x"] {
            assert_eq!(time_of_day(time), None, "{time}");
        }
        assert_eq!(time_of_day("09:30:01.25"), Some(34_201_250));
        assert_eq!(time_of_day("0930"), Some(34_200_000));
    }

    #[test]
    fn an_offset_counts_against_that_of_the_object() {
        let local = DateTime::parse("20240101120000+0100", None).unwrap();
        assert_eq!(local.to_string(), "2024-01-01 12:00:00");
        let moved = DateTime::parse("20240101120000+0000", Some("+0130")).unwrap();
        assert_eq!(moved.to_string(), "2024-01-01 13:30:00");
        assert_eq!(DateTime::parse("2024", None), None);
    }

    #[test]
    fn times_beyond_all_dates_stay_numbers() {
        let moment = DateTime::parse("20240101120000", None).unwrap();
        for seconds in [1e300, -1e300, 9.3e15, -9.3e15] {
            let far = moment.plus_seconds(seconds);
            assert!(far.seconds_since(moment).is_finite() && moment.seconds_since(far).is_finite());
            assert!(!far.plus_days(1).to_string().is_empty() && !far.plus_days(-1).to_string().is_empty());
        }
    }
}
