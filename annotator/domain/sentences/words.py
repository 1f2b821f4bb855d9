"""Words that decide where an English sentence ends: abbreviations, and words that begin sentences.

All lists are for what follows or precedes a full stop in news; words are written without their last stop.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    Mr Mrs Ms Mx Dr Drs Prof Profs Rev Revs Fr Hon Messrs Mses Mme Mmes Mlle Msgr Pres Sen Sens Rep Reps Gov Govs Gen
    Gens Adm Vice-Adm Brig Cmdr Cdr Col Cols Maj Capt Capts Cpt Lt Lts Sgt Sgts Cpl Pvt Pfc Spc Det Dets Insp Supt
    Amb Atty Attys Asst Assoc Dep Cllr Sec Treas Sra Srta Ste Sts St Mt Mts Ft Pt PFC SPC LT COL GEN SGT CAPT Ald
    Comdr Cmdt Ens Hrn Rabb Rt Dist Alex Wm Geo Chas Jas Jos Thos Robt
    """
)
"""Stand before a name: a stop behind them ends no sentence."""

OFFICES = _words("Sen Sens Rep Reps Gov Gen Adm Amb Atty Lt Col Maj Capt Sgt Dist Army Navy")
"""Titles that follow a country or a state as a part of its name: the U.S. Sen., Calif. Gov."""

PERSONS = _words("Mr Mrs Ms Mx Dr Messrs Mme Prof Rev")
"""Titles that may begin a sentence behind a company, a country or a clock time."""

STREET_TITLES = _words("St Dr Mt Ft Pt Ch Sec Gen")
"""Titles that are also the end of a name or of a phrase: on Mill St. The crowd."""

FORWARD = _words("vs v cf viz e.g i.e c.f esp incl ca approx vis")
"""Point forward, whatever follows."""

NUMBERED = _words(
    """
    no nos n° nº fig figs eq eqs ch sec secs art arts vol vols op p pp para paras ca approx est pop ext tel ph apt rm
    bldg ste res ver rev sect stat reg rte hwy ft lb lbs oz cap hr mm
    """
)
"""Belong to a number behind them, in lower case; only the capitalised form of the short ones counts."""

NUMBERED_CAPITAL_ONLY = _words("no nos art op sec ch rev est stat reg ste")

MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
WEEKDAYS = _words("Mon Tue Tues Wed Weds Thu Thur Thurs Fri Sat Sun")
FULL_DATES = _words(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September
    October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat
    Sun Christmas Thanksgiving Easter
    """
)
ZONES = _words(
    "EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST IST JST AEST AEDT HKT SGT Eastern Central Pacific"
)
"""Follow a clock time and belong to it."""

COMPANIES = _words(
    """
    Inc Incs Corp Corps Co Cos Ltd Bros Pty PLC Plc plc Pvt PVT LTD INC CORP Mfg Intl Assn L.P L.L.C N.V S.A B.V A.G
    S.p.A P.C L.L.P K.K
    """
)
"""End a company's name; they may end a sentence too."""

COMPANY_GOES_ON = _words(
    """
    Inc Corp Co Ltd LLC PLC Plc LP LLP Pty Chairman Chairwoman Chairperson Chair President Chief CEO CFO COO CTO Vice
    Executive Senior Managing Director Directors Manager Treasurer Founder Co-founder Cofounder Partner Spokesman
    Spokeswoman Spokesperson Analyst Economist Strategist Unit Group Holdings Holding International Industries
    Class Series Common Preferred Stock Securities Records Pictures Entertainment Magazine Division Department Bank
    Capital Trust Fund Funds Plan Act General Treasury Deputy Assistant Associate Attorney Counsel Editor Publisher
    Owner Vice-President Headquarters Building Center Tower Foundation Canada America Europe Asia Japan U.S U.K
    """
)
"""Words in capitals that continue a company's name or name its people."""

CONDITIONAL = _words(
    "Jr Sr Esq al Dept Univ Natl Govt Gov't Bldg Mgr Ave Blvd Rd Hwy Ln Ct Soc Inst Cie Cia Gebr Amer Fed"
)
"""Seldom end a sentence before a capital."""

STATES = _words(
    """
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr Nev Okla Ore
    Pa Penn Tenn Tex Va Vt Wash Wis Wisc Wyo W.Va N.Y N.J N.C S.C N.D S.D N.H N.M R.I Ont Que Alta Sask Man D.C P.R
    """
)
STATE_GOES_ON = _words(
    """
    Sen Rep Gov Lt Atty Attorney Governor Senator Representative Congressman Congresswoman Supreme Superior State
    Department Circuit Mayor Council Police District Republican Democrat Republicans Democrats Democratic House
    University Court Medical National City County Metro Area Public Board Superintendent Delegate Public Treasurer
    """
)
"""Words in capitals that continue a phrase that a state or district begins."""

LETTERED = _words(
    """
    vitamin vitamins plan hepatitis group section appendix type class grade point exhibit schedule option category
    series phase article title part team division gate terminal block wing room channel building factor level
    blood influenza flu streptococcus strep tier zone sector ward platform pier bus pool vitamin Vitamin Plan Hepatitis
    Group Section Appendix Type Class Grade Point Exhibit Schedule Option Category Phase Division Gate
    Terminal Block Wing Room Building Tier Zone Sector Ward Platform Pool Model Generation Area Formula Malcolm Series
    League Route Line Form Camp
    """
)
"""Are followed by a letter that is no initial: vitamin D."""

NUMERALS_AFTER = _words("War Part Act Chapter Title Phase Volume Elizabeth Charles Henry Type Class Apollo Super Bowl")
"""Are followed by a Roman numeral of one letter: World War I."""

WITH_MARK = frozenset({"Yahoo!", "Yum!", "E!", "Jeopardy!", "Guess?", "Wham!", "Panic!", "Oi!", "Joomla!", "Hey!"})
"""Names that end in an exclamation or question mark."""

STARTERS = _words(
    """
    He She It They We You His Her Its Their Our My Your This That These Those The There Here But However Wherever Then
    Now Later Tomorrow Yesterday Eventually Meanwhile Afterward Afterwards Finally Suddenly Instead Also Moreover
    Furthermore Nevertheless Nonetheless Therefore Thus Hence Indeed Perhaps Maybe Still Yet Besides Otherwise Elsewhere
    Separately Recently Currently Previously Earlier Overall Once Again Already Rather When What Why How Who Where Which
    Whether Whoever Whatever If After Before While Since Although Though Because Unless Until During In On At By For
    From With Without Under Over Between Among Amid Despite Against Along Across Within Throughout Through Upon Unlike
    Like As To About According Many Some Several All Each Every Neither Either Nor Another Everyone Everybody Someone
    Somebody Anyone Nobody Everything Nothing None Most Much More Few Both Other Others Such Only Just Even Or So Yes
    Not Never Did Does Is Are Was Were Has Have Had Could Would Should Shall Must Let Asked Based Given Because
    Last Next Speaking Following Including
    """
)
"""Begin a sentence, and seldom continue a name in capitals."""

NEEDS_LOWER = _words("A An I And No Today One Two Three Four Five Six Ten Half First Second Third")
"""Begin a sentence if a word in lower case follows; else they may be initials, names, or parts of names."""

NOUNS = _words(
    """
    Analysts Officials Critics Investors Traders Economists Experts Police Observers Supporters Opponents Residents
    Scientists Researchers Doctors Authorities Prosecutors Lawyers Witnesses Firefighters Organizers Organisers People
    Shares Profit Profits Revenue Revenues Sales Earnings Prices Results Terms Trading Stocks Details Neighbors
    Neighbours Reporters Voters Workers Students Teachers Parents Protesters Demonstrators Investigators Detectives
    Rescuers Activists Camera Records Proceeds Volume Turnout Counting Crews Polls Documents Figures Staff Operating
    Net Income Interest Demand Production Output Hundreds Thousands Dozens Millions
    """
)
"""Begin a sentence behind an abbreviation, if a word in lower case follows."""

AUXILIARIES = _words("Will Can Do May")
"""Begin a question if a determiner follows; else they may be names or a month."""

SMALL_ABBREVIATIONS = _words("etc al lt dr mr mrs")
"""As careless writers write them."""

ADDRESS_ENDINGS = _words("Com Net Org Js Io Ai Co Uk Gov Edu Tv Html Pdf Exe")
"""What follows the last stop of an address or a file name, if somebody wrote it with a capital."""

BEFORE_NO_CREDIT = _words("Viral Watch Live Exclusive Breaking Raw New Music Full See Best Big Moving Tax")
"""Make a phrase of "Video:" and "Picture:" where else a picture credit would begin."""

SAYING = _words(
    """
    said says say asked asks told tells cried cries shouted shouts added adds replied replies wrote writes wondered
    wonders tweeted yelled screamed joked quipped demanded exclaimed declared answered responded whispered muttered
    recalled recalls laughed laughs sighed sighs thought thinks exclaims explained explains insisted insists complained
    complains continued continues warned warns noted notes mused muses snapped bellowed bellows boasted boasts announced
    announces began begins reads intoned intones inquired inquires queried pleaded pleads screams yells jokes quips
    """
)
"""Verbs between a quotation and its end."""

TITLES_ELSEWHERE = {
    "de": _words("Dr Prof Hr Fr Frl Nr St"),
    "es": _words("Sr Sra Srta Dr Dra D Dña Gral Ud Uds Sto Sta Ing Lic"),
    "fr": _words("M MM Mme Dr Pr Me Mgr St Ste"),
    "it": _words("Sig Dott Prof Avv Ing On Sen"),
    "nl": _words("Dhr Mevr Mw Dr Prof Mr"),
    "pl": _words("Dr Prof Inż Gen Płk Ks Św dr prof inż gen ks św ul al im"),
    "pt": _words("Sr Sra Dr Dra Prof Exmo"),
    "ru": _words("Им им г ул акад проф Проф ген св Св гр тов"),
    "sv": _words("Dr Prof Hr Fr"),
    "tr": _words("Dr Prof Doç Av Sn Gen Alb"),
    "uk": _words("ім вул проф акад ген св м"),
}
"""Titles of other languages, by its code: a stop behind them ends no sentence before a capital."""

NUMBERED_ELSEWHERE = _words("nr abs ziff pos tel godz str poz pág págs núm vol стр гл тел рис")
"""Words of other languages that belong to the number behind them."""
