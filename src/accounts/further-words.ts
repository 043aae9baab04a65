/**
 * Words that people choose for passwords in languages other than English: the words for password, welcome, hello, love and the seasons, and
 * rows of keys. The list of zxcvbn comes from leaks in Latin letters and lacks these words. Its packages for single languages cover no Greek,
 * Cyrillic, Arabic, Hebrew or Korean.
 */

export const furtherWords: readonly string[] = [
  // German, Dutch, Danish, Norwegian, Swedish, Finnish
  'willkommen herzlichwillkommen ichliebedich prinzessin frühling frühjahr herbst kennwort1 geheimnis qwertz qwertzuiop hallowelt',
  'welkom wachtwoord ikhouvanjou lente zomer herfst winter adgangskode velkommen jegelskerdig forår sommer efterår passord høst',
  'lösenord välkommen jagälskardig vår höst salasana tervetuloa kesä syksy talvi kevät rakastan',
  // French, Spanish, Portuguese, Italian, Catalan, Romanian
  'motdepasse bienvenue jetaime printemps été automne hiver azertyuiop bonjour doudou contraseña bienvenido bienvenida bienvenidos',
  'tequiero tequieromucho teamomucho primavera verano otoño invierno palavrapasse palavrachave bemvindo bemvinda euteamo verão outono inverno',
  'benvenuto benvenuti benvenuta tiamo estate autunno inverno contrasenya benvingut parolă bunvenit teiubesc vară toamnă iarnă primăvară',
  // Polish, Czech, Slovak, Hungarian, Slovene, Croatian, Turkish, Baltic languages, Albanian
  'hasło witamy witaj kochamcie wiosna lato jesień zima heslo vítejte milujite jaro léto podzim vitajte leto jeseň jelszó üdvözlöm szeretlek',
  'tavasz nyár ősz tél geslo dobrodošli ljubimte pomlad poletje lozinka zaporka volimte proljeće ljeto jesen şifre parola hoşgeldiniz',
  'seniseviyorum ilkbahar yaz sonbahar kış slaptažodis sveiki vasara parole laipnilūdzam parool tereulemast fjalëkalimi mirësevini',
  // Greek
  'κωδικος συνθηματικο καλωσορισατε καλημερα σαγαπω ανοιξη καλοκαιρι φθινοπωρο χειμωνας',
  // Russian, Ukrainian, Bulgarian, Serbian
  'пароль парол секрет привет здравствуйте добропожаловать любовь ятебялюблю люблютебя весна лето осень зима солнышко йцукен йцукенгшщз',
  'фывапролд ячсмить вітаю ласкавопросимо кохання літо осінь парола добредошли обичамте пролет лято есен лозинка добродошли',
  // Arabic, Persian, Hebrew, Hindi, Thai, Vietnamese, Indonesian
  'كلمةالسر كلمةالمرور مرحبا السلامعليكم احبك الصيف الربيع الشتاء رمزعبور خوشآمدید سلام سيسما סיסמה ברוכיםהבאים שלום אהבה קיץ חורף अभिवादन पासवर्ड',
  'नमस्ते स्वागत รหัสผ่าน สวัสดี ยินดีต้อนรับ matkhau mậtkhẩu chàomừng xinchào katasandi selamatdatang sayang',
  // Chinese, Japanese, Korean
  '密码 密碼 口令 欢迎 歡迎 你好 我爱你 我愛你 mima woaini nihao パスワード ぱすわーど 暗証番号 ようこそ こんにちは 愛してる aishiteru',
  '비밀번호 암호 환영합니다 안녕하세요 사랑해 사랑해요 qlalfqjsgh',
].flatMap((line) => line.split(' '));
