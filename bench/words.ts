/** Everyday English words, each one token in a BERT vocabulary, so that the length of a text is known. */
export const WORDS: readonly string[] = `
about above across after again air almost along also always among animal another answer around ask away back bank
base bear beautiful because become before began behind believe best better between big bird black blue board boat
body book both box boy bridge bring brought brown build building built business call came camp car care carry case
catch cause center century chair change child children choose church circle city class clear close cloud coast cold
color come common company complete consider contain control cook cool copy corn correct cost cotton country course
cover cross crowd cry current cut dance dark day dead deal decide deep degree describe desert design develop
differ difficult direct distance divide doctor door double down draw dream dress drink drive drop dry during each
early earth east easy eat edge effect egg eight either electric element else end energy engine enough enter equal
even evening event ever every exact example except exercise expect eye face fact fall family famous farm fast
father favor fear feed feel feet few field fight figure fill final find fine finger finish fire first fish five flat
floor flow flower fly follow food foot force forest form forward found four free fresh friend front fruit full
game garden gas general gentle girl give glass gold gone good govern grand grass gray great green ground group grow
guess guide hair half hand happen happy hard hat head hear heart heat heavy held help here high hill history hold
hole home horse hot hour house huge human hundred hunt hurry ice idea inch include indicate industry insect
instrument interest iron island job join joy jump just keep kept key kind king knew know lake land language large
last late laugh law lay lead learn leave left leg length less letter level lie life lift light like line
list listen little live log lone long look lost lot loud love low machine made main major make man many map mark
market mass master match material matter mean measure meat meet men metal method middle might mile milk million
mind mine minute miss mix modern money month moon more morning most mother motion mount mountain mouth move much
music must name nation natural nature near necessary neck need never new next night nine noise noon north nose
note nothing notice now number object observe ocean off offer office often oil old once one only open operate
order organ original other our out over own oxygen page paint pair paper paragraph parent part party pass past path
pattern pay people perhaps period person phrase pick picture piece place plain plan plane planet plant play please
plural poem point poor popular position possible pound power practice prepare present press pretty print probable
problem process produce product proper property protect prove provide pull push put quart question quick quiet
quite race radio rail rain raise ran range rather reach read ready real reason record red region remember repeat
reply represent require rest result rich ride right ring rise river road rock room root rope rose round row rub
rule run safe said sail salt same sand save saw say scale school science score sea search season seat second
section see seed seem select self sell send sense sentence separate serve set settle seven several shall shape
share sharp sheet shell shine ship shoe shop shore short should shoulder shout show side sight sign silent silver
similar simple since sing single sister sit six size skill skin sky sleep slip slow small smell smile snow soft
soil soldier solution solve some son song soon sound south space speak special speech speed spend spoke spot
spread spring square stand star start state station stay steam steel step stick still stone stood stop store story
straight strange stream street stretch string strong student study subject success such sudden sugar suggest suit
summer sun supply support sure surface surprise swim symbol system table tail take talk tall teach team teeth
temperature ten term test thank then there thick thin thing think third those though thought thousand three
through throw time tiny tire together told tone too took tool top total touch toward town track trade train travel
tree triangle trip trouble truck true try tube turn twenty type under unit until use usual valley value vary
verb very view village visit voice vowel wait walk wall war warm wash watch water wave way wear weather week weight
well went west wheel whole wide wife wild wind window wing winter wire wish woman wonder wood word work world write
wrong yard year yellow yes yet young`
  .trim()
  .split(/\s+/);
