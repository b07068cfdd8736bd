"""What to do about a finding, in a few words: by the rule where it asks for something of its own, by the element otherwise."""

from services.intake.returns.findings import Finding

BY_RULE: dict[str, str] = {
    "1520": "find out which child the number is of, and whether the two records are of one child",
    "8568": "decide on the referral",
    "8585Q": "record the day of the death, or put the reason for closure right",
    "8670Q": "authorise the assessment; until then this tells that it is late",
    "8675Q": "hold the conference or end the enquiry; until then this tells that it is late",
    "8736": "authorise the assessment: it goes into the return of the year in which that is done",
    "8740": "hold the conference or end the enquiry: it goes into the return of the year in which that is done",
    "8540": "record the child's disabilities, or that there are none",
    "8569Q": "correct the day of the referral, or whether there was further action",
    "8825Q": "record the assessment, or put the reason for closure right; of an assessment that ended in the year before this tells no more",
    "8873Q": "look whether no factors were found, or whether the reason for closure is another",
    "2991Q": "record the assessment; of one that ended in the year before this tells no more",
    "2885": "put the day of the plan or of the conference right: a plan begins at a conference",
}

BY_ELEMENT: dict[str, str] = {
    "UPN": "correct the UPN, or say why there is none",
    "FormerUPN": "correct the former UPN",
    "UPNunknown": "say why there is no UPN",
    "PersonBirthDate": "record the date of birth, or put it right",
    "ExpectedPersonBirthDate": "record the birth, or put the expected date right",
    "PersonDeathDate": "put the date of death right",
    "Sex": "record the child's sex",
    "Ethnicity": "record the child's ethnicity",
    "Disability": "put the disabilities right",
    "CINdetails": "record the referral",
    "CINreferralDate": "put the day of the referral right",
    "ReferralSource": "record who referred the child",
    "PrimaryNeedCode": "record the primary need",
    "ReferralNFA": "put right whether there was further action, or what was done",
    "CINclosureDate": "put the closure right: its day, or whether the case is closed",
    "ReasonForClosure": "put the reason for closure right",
    "AssessmentActualStartDate": "put the day on which the assessment began right",
    "AssessmentAuthorisationDate": "authorise the assessment, or put its day right",
    "AssessmentFactors": "put the factors of the assessment right",
    "CINPlanStartDate": "put the day on which the child in need plan began right",
    "CINPlanEndDate": "end the child in need plan, or put its day right",
    "Section47": "put the section 47 enquiry right",
    "S47ActualStartDate": "put the day on which the enquiry began right",
    "InitialCPCtarget": "put the target date of the conference right",
    "DateOfInitialCPC": "put the day of the conference right, or which enquiry led to it",
    "ICPCnotRequired": "say whether the enquiry leads to a conference",
    "CPPstartDate": "put the day on which the protection plan began right",
    "CPPendDate": "end the protection plan, or put its day right",
    "CPPreviewDate": "put the day of the review right",
    "InitialCategoryOfAbuse": "record the category of abuse at the beginning of the plan",
    "LatestCategoryOfAbuse": "record the latest category of abuse",
    "NumberOfPreviousCPP": "record how many protection plans there were before",
}


def remedy(finding: Finding) -> str:
    """What to do, for whoever holds the case."""
    return BY_RULE.get(finding.rule or "") or BY_ELEMENT[finding.element]
