//! From the records of a case to its prescription table.

use crate::blood::{BloodFindings, Finding};
use crate::case::{Case, Organ, OrganKind, ProtocolMean};
use iodose_report::prescription::{
    Goals, LesionEvidence, LesionType, LimitEvidence, LimitInput, MeanChoice, Prescription,
    PrescriptionInput, Protocol,
};
use iodose_report::{DoseBasis, LesionResult, Quantity};
use iodose_volume::Volume;

/// What a prescription is made from.
pub(crate) struct Prescribing<'a> {
    pub(crate) case: &'a Case,
    pub(crate) basis: DoseBasis,
    pub(crate) lesions: &'a [LesionResult],
    /// In the order of the case.
    pub(crate) organs: &'a [LesionResult],
    pub(crate) blood: &'a BloodFindings,
    /// Lesion labels on the dose grid.
    pub(crate) labels: Option<&'a Volume<u16>>,
    pub(crate) dose: &'a Volume<f32>,
}

impl Prescribing<'_> {
    /// The table.
    pub(crate) fn table(&self) -> Prescription {
        let models = self.case.radiobiology.as_ref().map(|section| section.models()).unwrap_or_default();
        let voxels: Vec<Vec<f32>> = self
            .lesions
            .iter()
            .map(|lesion| if models.eud.is_some() { self.voxels(lesion.label) } else { Vec::new() })
            .collect();
        let lesions = self.lesions.iter().zip(&voxels).map(|(result, voxels)| LesionEvidence {
            result,
            lesion_type: self.lesion_type(result.label),
            earlier: self.earlier(|treatment| {
                let label = u16::try_from(result.label).ok()?;
                treatment.lesion_dose_gy.get(&label).copied()
            }),
            voxels,
        });
        Prescription::new(&PrescriptionInput {
            case_id: &self.case.header.id,
            nuclide: &self.case.therapy.nuclide,
            basis: self.basis,
            protocol: self.protocol(),
            limits: self.limits(),
            limit_margin_k: self.case.limits.margin_k,
            lesions: lesions.collect(),
            models,
        })
    }

    /// Earlier treatments that state no dose for a lesion or an organ that another states one for.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut warn = |name: &str, dose: &dyn Fn(&crate::case::EarlierTreatment) -> Option<f64>| {
            if self.case.earlier.iter().any(|treatment| dose(treatment).is_some()) {
                for treatment in self.case.earlier.iter().filter(|treatment| dose(treatment).is_none()) {
                    let date = &treatment.date;
                    warnings.push(format!(
                        "{name}: the earlier treatment of {date} states no dose for it; the sum lacks it"
                    ));
                }
            }
        };
        for lesion in self.lesions {
            warn(&lesion.name, &|treatment| {
                treatment.lesion_dose_gy.get(&u16::try_from(lesion.label).ok()?).copied()
            });
        }
        for organ in &self.case.organs {
            warn(&organ.name, &|treatment| treatment.organ_dose_gy.get(&organ.name).copied());
        }
        warnings
    }

    fn voxels(&self, label: u32) -> Vec<f32> {
        let labels = self.labels.map_or(&[][..], Volume::data).iter();
        let of_lesion = labels.zip(self.dose.data()).filter(|(found, _)| u32::from(**found) == label);
        of_lesion.map(|(_, dose)| *dose).collect()
    }

    fn lesion_type(&self, label: u32) -> LesionType {
        let remnants = &self.case.protocol.remnants;
        if remnants.iter().any(|&remnant| u32::from(remnant) == label) {
            LesionType::Remnant
        } else {
            LesionType::Metastasis
        }
    }

    fn protocol(&self) -> Protocol {
        let section = &self.case.protocol;
        Protocol {
            lesions_needed: section.lesions_needed.into(),
            goal_gy: section.goal_gy,
            goals: Goals {
                metastasis_gy: section.metastasis_goals_gy.clone(),
                remnant_gy: section.remnant_goals_gy.clone(),
            },
            mean: match section.mean {
                ProtocolMean::Corrected => MeanChoice::Corrected,
                ProtocolMean::Uncorrected => MeanChoice::Uncorrected,
            },
        }
    }

    /// The doses of earlier treatments added up; `None` where none states one, of unknown uncertainty where one's is.
    fn earlier(&self, dose: impl Fn(&crate::case::EarlierTreatment) -> Option<f64>) -> Option<Quantity> {
        let doses = self.case.earlier.iter().filter_map(|treatment| {
            let dose = dose(treatment)?;
            Some(Quantity::new(dose, treatment.dose_u.map(|relative| relative * dose)))
        });
        doses.reduce(Quantity::plus)
    }

    fn limits(&self) -> Vec<LimitInput> {
        let limits = &self.case.limits;
        let with = |finding: &Finding| match finding {
            Ok(per_gbq) => LimitEvidence::PerActivity { per_gbq: *per_gbq, earlier: None },
            Err(why) => LimitEvidence::NotChecked(why.clone()),
        };
        let lungs = if limits.diffuse_lung_disease {
            "diffuse lung disease"
        } else {
            "assuming no diffuse lung disease"
        };
        let row = |name: String, limit, unit, evidence| LimitInput { name, limit, unit, evidence };
        let mut rows = vec![
            row("administered activity".into(), limits.administered_gbq, "GBq", LimitEvidence::Administered),
            row("blood dose".into(), limits.blood_gy, "Gy", with(&self.blood.dose_gy_per_gbq)),
            row(
                format!("activity in the body after 48 h, {lungs}"),
                limits.retention_limit_gbq(),
                "GBq",
                with(&self.blood.retention_48h),
            ),
        ];
        for (organ, result) in self.case.organs.iter().zip(self.organs) {
            if let Some(limit) = self.organ_limit_gy(organ) {
                rows.push(row(
                    format!("mean dose of {}", organ.name),
                    limit,
                    "Gy",
                    self.organ(organ, result),
                ));
            }
        }
        if self.case.organs.iter().all(|organ| organ.kind != OrganKind::Lung) {
            let why = LimitEvidence::NotChecked("no organ of kind \"lung\"".into());
            rows.push(row("mean dose of the lungs".into(), limits.lung_gy, "Gy", why));
        }
        rows
    }

    fn organ_limit_gy(&self, organ: &Organ) -> Option<f64> {
        let of_lungs = (organ.kind == OrganKind::Lung).then_some(self.case.limits.lung_gy);
        organ.limit_gy.or(of_lungs)
    }

    fn organ(&self, organ: &Organ, result: &LesionResult) -> LimitEvidence {
        let Some(dose) = &result.dose else {
            let why = result.why_no_dose().unwrap_or("no dose is known");
            return LimitEvidence::NotChecked(why.to_owned());
        };
        let mean = Quantity::new(dose.mean, dose.mean_u);
        let per_gbq = match (self.basis, self.basis.activity_gbq()) {
            (DoseBasis::PerActivity, _) => mean,
            (_, Some(activity)) => mean.times(1.0 / activity),
            (_, None) => return LimitEvidence::NotChecked("the activity given is not stated".into()),
        };
        let earlier = self.earlier(|treatment| treatment.organ_dose_gy.get(&organ.name).copied());
        LimitEvidence::PerActivity { per_gbq, earlier }
    }
}
