"""What the law and the evidence come to, worked out by hand: one case a row, its source beside it.

A group of rows is (name, at, facts of the site, facts of its operator, policy, what fails). Country codes
stand for themselves; "" means that nothing fails. OJ is the Official Journal of the European Union.
"""

# ---- The Union: (country, at, is it in the Union on that day)
UNION = [
    ("FR", "1957-12-31", False),  # EEC Treaty (Rome, 25.3.1957), in force 1.1.1958
    ("FR", "1958-01-01", True),  # EEC Treaty, article 247
    ("DE", "1958-01-01", True),  # EEC Treaty, signatory
    ("IT", "1958-01-01", True),  # EEC Treaty, signatory
    ("LU", "1958-01-01", True),  # EEC Treaty, signatory
    ("DK", "1972-12-31", False),  # Accession 1972, OJ L 73, 27.3.1972
    ("DK", "1973-01-01", True),  # Accession 1972, article 2
    ("IE", "1973-01-01", True),  # Accession 1972
    ("GB", "1972-12-31", False),  # Accession 1972
    ("GB", "1973-01-01", True),  # Accession 1972
    ("NO", "1973-01-01", False),  # Accession 1972: signed, not ratified by Norway
    ("GR", "1980-12-31", False),  # Accession 1979, OJ L 291, 19.11.1979
    ("GR", "1981-01-01", True),  # Accession 1979
    ("ES", "1985-12-31", False),  # Accession 1985, OJ L 302, 15.11.1985
    ("ES", "1986-01-01", True),  # Accession 1985
    ("PT", "1986-01-01", True),  # Accession 1985
    ("AT", "1994-12-31", False),  # Accession 1994, OJ C 241, 29.8.1994
    ("AT", "1995-01-01", True),  # Accession 1994
    ("FI", "1995-01-01", True),  # Accession 1994
    ("SE", "1995-01-01", True),  # Accession 1994
    ("PL", "2004-04-30", False),  # Accession 2003, OJ L 236, 23.9.2003
    ("PL", "2004-05-01", True),  # Accession 2003
    ("MT", "2004-05-01", True),  # Accession 2003
    ("HU", "2004-05-01", True),  # Accession 2003
    ("RO", "2006-12-31", False),  # Accession 2005, OJ L 157, 21.6.2005
    ("RO", "2007-01-01", True),  # Accession 2005
    ("BG", "2007-01-01", True),  # Accession 2005
    ("HR", "2013-06-30", False),  # Accession 2011, OJ L 112, 24.4.2012
    ("HR", "2013-07-01", True),  # Accession 2011
    (
        "GB",
        "2019-12-31",
        True,
    ),  # Article 50(3) TEU as extended to 31.1.2020, Decision (EU) 2019/1810
    ("GB", "2020-01-31", True),  # Withdrawal Agreement, OJ L 29, 31.1.2020, article 185
    ("GB", "2020-02-01", False),  # Withdrawal Agreement, in force
    ("CH", "2026-11-24", False),  # never acceded
    ("TR", "2026-11-24", False),  # candidate
    ("UA", "2026-11-24", False),  # candidate
    ("XK", "2026-11-24", False),  # code of EU practice, no member
    ("SM", "2026-11-24", False),  # inside Italy, no member
    ("VA", "2026-11-24", False),  # inside Italy, no member
    ("MC", "2026-11-24", False),  # beside France, no member
    # Territories with codes of their own
    ("AX", "1994-12-31", False),  # Accession 1994, Protocol 2
    ("AX", "2026-11-24", True),  # Accession 1994, Protocol 2; article 355(4) TFEU
    ("GF", "2026-11-24", True),  # article 349 TFEU
    ("GP", "2026-11-24", True),  # article 349 TFEU
    ("MQ", "2026-11-24", True),  # article 349 TFEU
    ("RE", "2026-11-24", True),  # article 349 TFEU
    ("RE", "1958-01-01", True),  # article 227(2) EEC: French overseas departments
    ("MF", "2026-11-24", True),  # article 349 TFEU names Saint-Martin
    ("YT", "2013-12-31", False),  # European Council Decision 2012/419/EU, OJ L 204, 31.7.2012
    ("YT", "2014-01-01", True),  # European Council Decision 2012/419/EU, article 1
    ("BL", "2011-12-31", True),  # article 349 TFEU as it stood
    ("BL", "2012-01-01", False),  # European Council Decision 2010/718/EU, OJ L 325, 9.12.2010
    ("GL", "1985-01-31", True),  # with Denmark since 1973
    ("GL", "1985-02-01", False),  # Greenland Treaty, OJ L 29, 1.2.1985
    ("NC", "2026-11-24", False),  # Annex II TFEU: overseas country or territory
    ("PF", "2026-11-24", False),  # Annex II TFEU
    ("PM", "2026-11-24", False),  # Annex II TFEU
    ("TF", "2026-11-24", False),  # Annex II TFEU
    ("WF", "2026-11-24", False),  # Annex II TFEU
    ("AW", "2026-11-24", False),  # Annex II TFEU
    ("CW", "2026-11-24", False),  # Annex II TFEU (Netherlands Antilles)
    ("FO", "2026-11-24", False),  # article 355(5)(a) TFEU
    ("GI", "2019-06-30", False),  # article 355(3) TFEU: Union law in part only
    ("GG", "2019-06-30", False),  # article 355(5)(c) TFEU, Protocol 3 of 1972: in part only
    ("IM", "2019-06-30", False),  # likewise
    ("JE", "2019-06-30", False),  # likewise
    ("SJ", "2026-11-24", False),  # Norway's
]
# ---- The European Economic Area, and EFTA
AREA = [
    ("NO", "1993-12-31", False),  # EEA Agreement, OJ L 1, 3.1.1994
    ("NO", "1994-01-01", True),  # EEA Agreement, article 129 and Adjusting Protocol
    ("IS", "1994-01-01", True),  # EEA Agreement
    ("FR", "1993-12-31", False),  # EEA Agreement: nobody before it
    ("AT", "1994-06-30", True),  # EEA Agreement: an EFTA state then
    ("LI", "1995-04-30", False),  # Decision of the EEA Council 1/95, OJ L 86, 20.4.1995
    ("LI", "1995-05-01", True),  # Decision of the EEA Council 1/95
    ("CH", "1994-01-01", False),  # Adjusting Protocol of 17.3.1993: Switzerland did not ratify
    ("SJ", "2026-11-24", False),  # EEA Agreement, Protocol 40
    ("RE", "2026-11-24", True),  # with the Union
    ("GB", "2020-01-31", True),  # with the Union
    ("GB", "2020-02-01", False),  # Withdrawal Agreement
]
EFTA = [
    ("CH", "1960-05-03", True),  # Stockholm Convention of 4.1.1960, in force 3.5.1960
    ("CH", "1960-05-02", False),  # Stockholm Convention
    ("GB", "1972-12-31", True),  # founder, left with its accession of 1972
    ("GB", "1973-01-01", False),  # Accession 1972
    ("PT", "1986-01-01", False),  # Accession 1985
    ("IS", "1970-02-28", False),  # acceded on 1.3.1970
    ("IS", "1970-03-01", True),  # acceded on 1.3.1970
    ("LI", "2026-11-24", True),  # a member of its own since 1.9.1991
    ("FR", "2026-11-24", False),  # never
]
# ---- Adequacy of any recipient (article 45 GDPR, article 25(6) of Directive 95/46/EC)
ADEQUATE = [
    ("CH", "2000-07-25", False),  # Decision 2000/518/EC, OJ L 215, 25.8.2000
    ("CH", "2000-07-26", True),  # Decision 2000/518/EC
    ("AR", "2003-06-30", True),  # Decision 2003/490/EC, OJ L 168, 5.7.2003
    ("GG", "2003-11-21", True),  # Decision 2003/821/EC, OJ L 308, 25.11.2003
    ("IM", "2004-04-28", True),  # Decision 2004/411/EC, OJ L 151, 30.4.2004
    ("JE", "2008-05-07", False),  # Decision 2008/393/EC, OJ L 138, 28.5.2008
    ("JE", "2008-05-08", True),  # Decision 2008/393/EC
    ("FO", "2010-03-05", True),  # Decision 2010/146/EU, OJ L 58, 9.3.2010
    ("AD", "2010-10-19", True),  # Decision 2010/625/EU, OJ L 277, 21.10.2010
    ("IL", "2011-01-31", True),  # Decision 2011/61/EU, OJ L 27, 1.2.2011
    ("UY", "2012-08-21", True),  # Decision 2012/484/EU, OJ L 227, 23.8.2012
    ("NZ", "2012-12-19", True),  # Decision 2013/65/EU, OJ L 28, 30.1.2013
    ("HU", "2004-04-30", True),  # Decision 2000/519/EC, OJ L 215, 25.8.2000, before its accession
    ("HU", "2004-05-01", False),  # a member state is no third country
    ("JP", "2019-01-22", False),  # Decision (EU) 2019/419, OJ L 76, 19.3.2019
    ("JP", "2019-01-23", True),  # Decision (EU) 2019/419
    ("GB", "2020-06-30", False),  # no decision yet
    ("GB", "2021-06-27", False),  # Decision (EU) 2021/1772, OJ L 360, 11.10.2021
    ("GB", "2021-06-28", True),  # Decision (EU) 2021/1772
    ("GB", "2025-06-28", True),  # Decision (EU) 2025/1226: extended to 27.12.2025
    ("GB", "2026-11-24", True),  # renewed on 19.12.2025 to 27.12.2031
    ("GB", "2031-12-28", False),  # expired, unless renewed again
    ("KR", "2021-12-16", False),  # Decision (EU) 2022/254, OJ L 44, 24.2.2022
    ("KR", "2021-12-17", True),  # Decision (EU) 2022/254
    ("BR", "2025-12-31", False),  # Decision (EU) 2026/179, OJ L, 28.1.2026
    ("BR", "2026-01-28", True),  # Decision (EU) 2026/179
    ("CA", "2026-11-24", False),  # Decision 2002/2/EC covers recipients under PIPEDA alone
    ("US", "2026-11-24", False),  # Decision (EU) 2023/1795 covers organisations on its list alone
    ("GI", "2026-11-24", False),  # no decision
    ("CN", "2026-11-24", False),  # no decision
    ("FR", "2026-11-24", False),  # no third country
    ("NO", "2026-11-24", False),  # in the EEA, needs no decision
]
# ---- Adequacy with a scope: (country, what its operator is as a recipient, at, is there ground)
SCOPED = [
    ("CA", ["CA-PIPEDA"], "2001-12-19", False),  # Decision 2002/2/EC, OJ L 2, 4.1.2002
    ("CA", ["CA-PIPEDA"], "2001-12-20", True),  # Decision 2002/2/EC, article 1
    ("CA", [], "2026-11-24", False),  # known not to be subject to PIPEDA
    ("CA", None, "2026-11-24", False),  # not known whether it is
    ("US", ["US-SAFE-HARBOUR"], "2015-10-05", True),  # Decision 2000/520/EC, OJ L 215, 25.8.2000
    ("US", ["US-SAFE-HARBOUR"], "2015-10-06", False),  # judgment C-362/14 (Schrems)
    (
        "US",
        ["US-PRIVACY-SHIELD"],
        "2016-07-11",
        False,
    ),  # Decision (EU) 2016/1250, OJ L 207, 1.8.2016
    ("US", ["US-PRIVACY-SHIELD"], "2016-07-12", True),  # Decision (EU) 2016/1250
    ("US", ["US-PRIVACY-SHIELD"], "2020-07-15", True),  # the day before the judgment
    ("US", ["US-PRIVACY-SHIELD"], "2020-07-16", False),  # judgment C-311/18 (Schrems II)
    ("US", ["US-DPF"], "2023-07-09", False),  # Decision (EU) 2023/1795, OJ L 231, 20.9.2023
    ("US", ["US-DPF"], "2023-07-10", True),  # Decision (EU) 2023/1795
    ("US", ["US-DPF"], "2021-01-01", False),  # between the two frameworks
    ("US", ["US-PRIVACY-SHIELD"], "2026-11-24", False),  # the old list is not the new one
    ("US", ["CA-PIPEDA"], "2026-11-24", False),  # another country's scope
    ("US", None, "2026-11-24", False),  # not known whether it is on the list
    ("JP", None, "2026-11-24", True),  # Decision (EU) 2019/419: no scope to be known
    ("GB", [], "2026-11-24", True),  # renewed decision: no scope
    ("IN", ["US-DPF"], "2026-11-24", False),  # no decision
]
# ---- Certifications: (held for good, held for a time, asked for, at, does it hold)
CERTIFIED = [
    (["C5:type2"], {}, "C5:type1", "2026-11-24", True),  # C5:2020, 3.4: type 2 includes type 1
    (["C5:type1"], {}, "C5:type2", "2026-11-24", False),  # C5:2020, 3.4
    (["ENS:high"], {}, "ENS:medium", "2026-11-24", True),  # RD 311/2022, annex I
    (["ENS:basic"], {}, "ENS:medium", "2026-11-24", False),  # RD 311/2022, annex I
    (["ACN:QC3"], {}, "ACN:QC2", "2026-11-24", True),  # ACN decree 21007/24
    (["ACN:QC1"], {}, "ACN:QC4", "2026-11-24", False),  # ACN decree 21007/24
    (["GAIA-X:L3"], {}, "GAIA-X:SC", "2026-11-24", True),  # Gaia-X Compliance Document 24.11
    (["GAIA-X:L1"], {}, "GAIA-X:L2", "2026-11-24", False),  # Gaia-X Compliance Document 24.11
    (["SEAL:4"], {}, "SEAL:0", "2026-11-24", True),  # Cloud Sovereignty Framework 1.2.1
    (["SEAL:2"], {}, "SEAL:3", "2026-11-24", False),  # Cloud Sovereignty Framework 1.2.1
    (["UNION-ASSURANCE:3"], {}, "UNION-ASSURANCE:2", "2026-11-24", True),  # COM(2026) 502, annex II
    (["SecNumCloud:3.2"], {}, "SecNumCloud:3.2", "2026-11-24", True),  # ANSSI: no levels
    (["SecNumCloud:3.1"], {}, "SecNumCloud:3.2", "2026-11-24", False),  # another version
    (["ENS:high"], {}, "C5:type1", "2026-11-24", False),  # another scheme
    ([], {"C5:type2": "2025-01-01/2026-11-24"}, "C5:type1", "2026-11-24", True),  # its last day
    ([], {"C5:type2": "2025-01-01/2026-11-23"}, "C5:type1", "2026-11-24", False),  # expired
    ([], {"C5:type2": "2026-11-25/2027-11-24"}, "C5:type1", "2026-11-24", False),  # not yet
    ([], {"C5:type2": "2026-11-24/.."}, "C5:type1", "2026-11-24", True),  # its first day
    ([], {"C5:type2": "../2026-12-31"}, "C5:type1", "2026-11-24", True),  # open at the start
    ([], {"C5:type2": None}, "C5:type1", "2026-11-24", False),  # its time is not known
    (["C5:type1"], {"C5:type2": "2020-01-01/2021-01-01"}, "C5:type1", "2026-11-24", True),  # either
    ([], {"C5:type1": "../2030-01-01"}, "C5:type2", "2026-11-24", False),  # valid, of a lower level
]
