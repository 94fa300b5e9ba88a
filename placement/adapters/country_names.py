"""Countries by their English names, as maps and network plans write them."""

from placement.model.countries import COUNTRIES

__all__ = ["code_of"]

# ISO 3166-1 codes and short names in everyday English; what has several names is there again.
NAMES = """
AD Andorra, AE United Arab Emirates, AF Afghanistan, AG Antigua and Barbuda, AI Anguilla,
AL Albania, AM Armenia, AO Angola, AQ Antarctica, AR Argentina, AS American Samoa, AT Austria,
AU Australia, AW Aruba, AX Aland Islands, AX Åland Islands, AZ Azerbaijan,
BA Bosnia and Herzegovina, BA Bosnia, BB Barbados, BD Bangladesh, BE Belgium, BF Burkina Faso,
BG Bulgaria, BH Bahrain, BI Burundi, BJ Benin, BL Saint Barthelemy, BL Saint Barthélemy, BM Bermuda,
BN Brunei, BO Bolivia, BQ Bonaire, BR Brazil, BS Bahamas, BT Bhutan, BV Bouvet Island, BW Botswana,
BY Belarus, BZ Belize, CA Canada, CC Cocos Islands, CD Democratic Republic of the Congo,
CF Central African Republic, CG Republic of the Congo, CH Switzerland, CI Ivory Coast,
CI Cote d'Ivoire, CI Côte d'Ivoire, CK Cook Islands, CL Chile, CM Cameroon, CN China, CO Colombia,
CR Costa Rica, CU Cuba, CV Cape Verde, CV Cabo Verde, CW Curacao, CW Curaçao, CX Christmas Island,
CY Cyprus, CZ Czech Republic, CZ Czechia, DE Germany, DJ Djibouti, DK Denmark, DM Dominica,
DO Dominican Republic, DZ Algeria, EC Ecuador, EE Estonia, EG Egypt, EH Western Sahara, ER Eritrea,
ES Spain, ET Ethiopia, FI Finland, FJ Fiji, FK Falkland Islands, FM Micronesia, FO Faroe Islands,
FR France, GA Gabon, GB United Kingdom, GB Great Britain, GB England, GB Scotland, GB Wales,
GB Northern Ireland, GD Grenada, GE Georgia, GF French Guiana, GG Guernsey, GH Ghana, GI Gibraltar,
GL Greenland, GM Gambia, GN Guinea, GP Guadeloupe, GQ Equatorial Guinea, GR Greece,
GS South Georgia and the South Sandwich Islands, GT Guatemala, GU Guam, GW Guinea-Bissau, GY Guyana,
HK Hong Kong, HM Heard Island and McDonald Islands, HN Honduras, HR Croatia, HT Haiti, HU Hungary,
ID Indonesia, IE Ireland, IL Israel, IM Isle of Man, IN India, IO British Indian Ocean Territory,
IQ Iraq, IR Iran, IS Iceland, IT Italy, JE Jersey, JM Jamaica, JO Jordan, JP Japan, KE Kenya,
KG Kyrgyzstan, KH Cambodia, KI Kiribati, KM Comoros, KN Saint Kitts and Nevis, KP North Korea,
KR South Korea, KR Republic of Korea, KW Kuwait, KY Cayman Islands, KZ Kazakhstan, LA Laos,
LB Lebanon, LC Saint Lucia, LI Liechtenstein, LK Sri Lanka, LR Liberia, LS Lesotho, LT Lithuania,
LU Luxembourg, LV Latvia, LY Libya, MA Morocco, MC Monaco, MD Moldova, ME Montenegro,
MF Saint Martin, MG Madagascar, MH Marshall Islands, MK North Macedonia, MK Macedonia, ML Mali,
MM Myanmar, MM Burma, MN Mongolia, MO Macao, MO Macau, MP Northern Mariana Islands, MQ Martinique,
MR Mauritania, MS Montserrat, MT Malta, MU Mauritius, MV Maldives, MW Malawi, MX Mexico,
MY Malaysia, MZ Mozambique, NA Namibia, NC New Caledonia, NE Niger, NF Norfolk Island, NG Nigeria,
NI Nicaragua, NL Netherlands, NL The Netherlands, NL Holland, NO Norway, NP Nepal, NR Nauru,
NU Niue, NZ New Zealand, OM Oman, PA Panama, PE Peru, PF French Polynesia, PG Papua New Guinea,
PH Philippines, PK Pakistan, PL Poland, PM Saint Pierre and Miquelon, PN Pitcairn, PR Puerto Rico,
PS Palestine, PT Portugal, PW Palau, PY Paraguay, QA Qatar, RE Reunion, RE Réunion, RO Romania,
RS Serbia, RU Russia, RU Russian Federation, RW Rwanda, SA Saudi Arabia, SB Solomon Islands,
SC Seychelles, SD Sudan, SE Sweden, SG Singapore, SH Saint Helena, SI Slovenia,
SJ Svalbard and Jan Mayen, SK Slovakia, SL Sierra Leone, SM San Marino, SN Senegal, SO Somalia,
SR Suriname, SS South Sudan, ST Sao Tome and Principe, SV El Salvador, SX Sint Maarten, SY Syria,
SZ Eswatini, SZ Swaziland, TC Turks and Caicos Islands, TD Chad, TF French Southern Territories,
TG Togo, TH Thailand, TJ Tajikistan, TK Tokelau, TL Timor-Leste, TL East Timor, TM Turkmenistan,
TN Tunisia, TO Tonga, TR Turkey, TR Türkiye, TT Trinidad and Tobago, TV Tuvalu, TW Taiwan,
TZ Tanzania, UA Ukraine, UG Uganda, UM United States Minor Outlying Islands, US United States,
US United States of America, US USA, UY Uruguay, UZ Uzbekistan, VA Vatican City, VA Vatican,
VC Saint Vincent and the Grenadines, VE Venezuela, VG British Virgin Islands,
VI United States Virgin Islands, VN Vietnam, VU Vanuatu, WF Wallis and Futuna, WS Samoa, XK Kosovo,
YE Yemen, YT Mayotte, ZA South Africa, ZM Zambia, ZW Zimbabwe
"""
CODES = {
    entry.strip()[3:].casefold(): entry.strip()[:2] for entry in NAMES.replace("\n", " ").split(",")
}


def code_of(name: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or code, None if it is unknown.

    Examples
    --------
    >>> from placement.adapters.country_names import code_of
    >>> code_of("Czech Republic"), code_of("uk"), code_of("Atlantis")
    ('CZ', 'GB', None)
    """
    found = CODES.get(" ".join(name.split()).casefold())
    if found is not None:
        return found
    upper = {"EL": "GR", "UK": "GB"}.get(name.strip().upper(), name.strip().upper())
    return upper if upper in COUNTRIES else None
