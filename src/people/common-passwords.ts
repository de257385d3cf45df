/**
 * What guessing tools try first. Passwords of twelve characters and more are mostly short ones with something in front or
 * behind, so the list holds words, and what people add to them: some four hundred words in some three hundred forms each.
 */
const WORDS = new Set(
  `
abc abcd abcde abcdef access account adidas admin administrator alejandra alexander alexandra amanda amazon america
american andrea andrew angel angela animal anthony apple arsenal asdf asdfasdf asdfg asdfgh asdfghj asdfghjk asdfghjkl
asdqwe asshole august austin autumn babygirl babygurl backup badboy bailey banana barcelona baseball basketball batman
beautiful benjamin bigdaddy biteme blackberry blink blowme bond bonnie boomer boston brandon broadcast brooklyn brother
bubbles buddy bullshit buster butterfly butthead camera camaro canada carlos carolina caroline cassie champion changeme
changeit changethis charles charlie cheese chelsea chester chicago chicken chocolate chris christian christine christmas
christopher classic cocacola coffee company compaq computer confirm connect cookie cooper corvette cowboy cowboys
crystal dakota dallas daniel danielle database david december default defender demo denver desktop destiny device diablo
diamond dolphin donald dragon eagles eminem encoder england enter estrella everton facebook family father february
ferrari fernando flower football forever formula france freedom friday friend friends fuckme fuckoff fuckyou
gabriel galaxy gateway george gfhjkm ginger god golden golf gandalf gemini germany google grandma guest guitar gunner
hammer hannah happy hardcore harley harrypotter heather hello helloworld hockey hollywood home honey hotdog house hunter
iceman iloveu iloveyou inferno insecure install internet iwantu jackson jackie jaguar james january jasmine jason
jennifer jeremy jessica jesus jesuschrist johnny jonathan jordan joseph joshua julian justin kawasaki killer king kitty
knight lakers laptop lauren legend letmein letmeinnow liberty lightning linkedin linux lion liverpool live livestream lock lockkeeper
login lol london love lovely loveme lovers loveyou lucky maggie manager manchester manutd march marcus maria marina
market marlboro marshall martin master matrix matthew maverick maxwell media melissa mercedes merlin metallica mexico
michael michelle microsoft midnight mikey minecraft miller million minnie mobile mommy monday money monica monkey
monster morgan mother motorola mountain movie mozart mustang mynoob mypass mypassword mysecret myspace naruto nascar nathan
ncc nicholas nicole nintendo nirvana nissan nothing november october office oliver online operator orange packers
pakistan panther paradise parola parker pass passport passw passwd password passwords passwort patrick peaches peanut
pepper perfect phoenix picture pictures playboy player please pokemon police porsche power prince princess private
production public purple pussy qazwsx qazwsxedc qwaszx qwe qweasd qweasdzxc qwer qwert qwerty qwertyu qwertyui qwertyuio
qwertyuiop qweqwe rabbit rachel raiders rainbow ranger rangers raspberry realmadrid rebecca redsox remember richard
robert rockstar rockyou root router rosebud runner russia ryan samantha sample samsung sandra saturday scooby scooter
scorpion sebastian secret secure security senha september server service shadow shannon shelby sierra silver simple
simpsons slayer slipknot smokey snoopy soccer sophie spanky sparky spider spiderman spring starwars steelers stephanie
steven stream streaming studio student summer sunday sunflower sunshine superman superstar support sweet sweety swordfish
system tamara taylor teacher temp temporary tennis test tester testing testpass testuser theman thomas thunder thursday
tiffany tigers tigger tinkerbell toyota trinity trouble trustno trustno1 trustme tuesday turtle tweety twitter unknown user
username valentina valentine vampire vanessa vegeta veronica victoria video viking vincent violet volleyball warcraft warrior
wednesday welcome whatever william willow windows winner winter wizard wolf woaini wonder work xbox xavier yamaha yankees yellow
yourmom zaq zaqwsx zaqxsw zombie zxc zxcv zxcvb zxcvbn zxcvbnm qaz wsx edc rfv
`
    .trim()
    .split(/\s+/),
);

/** Common as they are, twelve characters or more. Lower case. */
const PHRASES = new Set(
  `
correcthorsebatterystaple dontforgetme iloveyoubaby iloveyouforever iloveyousomuch imissyousomuch letmeinplease
loveyouforever mothersmaiden neverforget nopassword nopasswordset opensesame openthedoor passwordispassword
passwordpassword passwordsucks qwertyuiopas qwertyuiopasdf qwertyuiopasdfghjkl thisismypassword thisispassword
thequickbrownfox tobeornottobe trustnoone unbelievable whatisthepassword whatsmypassword whatthehell yourpassword
administrator administration liverpoolfc manchesterunited realmadridcf harrypotter starwarsfan lordoftherings
thelordoftherings gameofthrones startrekvoyager winteriscoming maytheforcebewithyou godisgood jesuslovesme jesusislord
ilovejesus iloveyoujesus ihateyousomuch ilovemymom ilovemyfamily iloveyoumom motherfucker motherfucker1 fuckyoufuckyou
1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6 q1w2e3r4t5y6u7 1qaz2wsx3edc 1qaz2wsx3edc4rfv
zaq12wsxcde3 qaz123wsx456 1a2b3c4d5e6f a1b2c3d4e5f6 1z2x3c4v5b6n aa123456789a asd123asd123 qwe123qwe123 abc123abc123
123qweasdzxc qweasdzxc123 123abc456def q12w34e56r78 abcd1234abcd 1234abcd1234 123456abcdef abcdef123456 abcdefg12345
1234qwerasdf 1234qwerasdfzxcv qwer1234asdf asdf1234qwer
`
    .trim()
    .split(/\s+/),
);

/** Rows of keys and the two orders that everybody knows, each also read backwards. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  '12345678901234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertyuiop[]',
  'asdfghjkl;',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertzuiopasdfghjklyxcvbnm',
].flatMap((run) => [run, [...run].reverse().join('')]);

const SPELT: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
};
/** `p@ssw0rd` is `password`. */
const unspelt = (text: string) => text.replace(/[01!34@5$7]/g, (mark) => SPELT[mark]!);

const isRun = (text: string) => text.length > 0 && RUNS.some((run) => run.includes(text));
const isYear = (text: string) => /^(19[3-9]\d|20[0-4]\d)$/.test(text);
const isSame = (text: string) => /^(.)\1*$/u.test(text);

/** What is put before or behind a word: marks, a year, a date, or digits that count up, count down or repeat. */
function isFiller(text: string): boolean {
  const digits = text.replace(/^[^\p{L}\p{N}]{0,4}|[^\p{L}\p{N}]{0,4}$/gu, '');
  if (digits === '') return text.length <= 8;
  if (!/^\d+$/.test(digits)) return false;
  return (
    digits.length <= 2 || isYear(digits) || isSame(digits) || isRun(digits) || isDate(digits) || isRepeated(digits)
  );
}

const isDate = (digits: string) =>
  /^((0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))((19[3-9]|20[0-4])\d|\d\d)?$/.test(
    digits,
  );

/** One part that is known, over and over: `qwertyqwerty`, `123123123123`. */
function isRepeated(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length++) {
    const part = text.slice(0, length);
    if (text.length % length !== 0 || part.repeat(text.length / length) !== text) continue;
    return part === 'a' || isKnown(part) || (/^\d+$/.test(part) && length <= 4) || (length > 1 && isRun(part));
  }
  return false;
}

const isKnown = (text: string) => WORDS.has(text) || PHRASES.has(text) || WORDS.has(unspelt(text));

/** A known word, or two that stick together, with at most fillers around them: `Summer2024!`, `admin_password_1`. */
function isWordWithFillers(text: string): boolean {
  const parts = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/su.exec(text)!;
  const [, before = '', core = '', behind = ''] = parts;
  if (!(before === '' || isFiller(before)) || !(behind === '' || isFiller(behind))) return false;
  const words = core.split(/[._-]/);
  return words.length <= 2 && words.every((word) => isKnown(word) || isRepeated(word) || isTwoWords(word));
}

function isTwoWords(text: string): boolean {
  for (let at = 3; at <= text.length - 3; at++) if (isKnown(text.slice(0, at)) && isKnown(text.slice(at))) return true;
  return false;
}

/** Two long words with long fillers. What is longer is nobody's first guess, and not worth looking at. */
const LONGEST = 40;

/** Whether a password is one of those that are guessed first. Case does not count, nor a digit that stands for a letter. */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase();
  if (isRun(text) || isRepeated(text) || PHRASES.has(text)) return true;
  if (text.length > LONGEST) return false;
  return isWordWithFillers(text) || isWordWithFillers(unspelt(text));
}
