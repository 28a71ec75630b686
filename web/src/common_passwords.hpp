// Passwords that every guessing list begins with, lower case, 8 characters or more (shorter ones fail anyway).
//
//   std::find(common_passwords.begin(), common_passwords.end(), lower) != common_passwords.end()
#pragma once
#include <array>
#include <string_view>

namespace web {

// clang-format off
inline constexpr auto common_passwords = std::to_array<std::string_view>({
    "password", "password1", "password12", "password123", "password1234", "password12345", "password!", "passw0rd",
    "p@ssword", "p@ssw0rd", "p@ssw0rd1", "pa55word", "passwort", "passwort1", "passwort123", "motdepasse",
    "motdepasse1", "12345678", "123456789", "1234567890", "12345678910", "0123456789", "987654321", "9876543210",
    "87654321", "11111111", "22222222", "33333333", "44444444", "55555555", "66666666", "77777777", "88888888",
    "99999999", "00000000", "12121212", "13131313", "69696969", "12341234", "123123123", "123321123", "112233445566",
    "11223344", "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "q1w2e3r4",
    "q1w2e3r4t5", "qwertyui", "qwertyuiop", "qwerty12", "qwerty123", "qwerty1234", "qwerty12345", "qwerty123456",
    "qwertz123", "qwertzui", "qwertzuiop", "azertyui", "azertyuiop", "azerty123", "azerty1234", "asdfghjk",
    "asdfghjkl", "asdfasdf", "asdf1234", "asdfqwer", "zxcvbnm1", "zxcvbnm123", "zxcvbnm,", "qazwsxedc", "qazwsx123",
    "qweasdzxc", "qweqweqwe", "qwer1234", "abcd1234", "abc12345", "abc123456", "abcdefgh", "abcdefghi", "abcdefg1",
    "abcdefg123", "a1234567", "a12345678", "a123456789", "aa123456", "aa12345678", "aaaaaaaa", "1234qwer",
    "1234abcd", "123qweasd", "123qweasdzxc", "123456qwerty", "123456ab", "123456aa", "123456abc", "12345qwert",
    "12345abc", "letmein1", "letmein123", "letmein12", "welcome1", "welcome12", "welcome123", "welcome1234",
    "willkommen", "willkommen1", "bienvenue", "bienvenue1", "iloveyou", "iloveyou1", "iloveyou2", "iloveyou12",
    "iloveyou123", "iloveu123", "ilovegod", "ilovejesus", "jetaime1", "jetaime123", "ichliebedich", "sunshine",
    "sunshine1", "sunshine12", "sunshine123", "princess", "princess1", "princess12", "princess123", "football",
    "football1", "football12", "football123", "baseball", "baseball1", "basketball", "basketball1", "softball1",
    "volleyball", "superman", "superman1", "superman123", "spiderman", "spiderman1", "batman123", "starwars",
    "starwars1", "starwars123", "pokemon1", "pokemon123", "pikachu1", "naruto123", "dragonball", "dragon12",
    "dragon123", "monkey12", "monkey123", "shadow12", "shadow123", "master12", "master123", "michael1", "michael123",
    "jennifer", "jennifer1", "jordan23", "jordan123", "michelle", "michelle1", "jessica1", "jessica123", "charlie1",
    "charlie123", "danielle", "danielle1", "elizabeth", "elizabeth1", "victoria", "victoria1", "alexander",
    "alexander1", "alexandra", "alexandre", "christian", "christine", "christopher", "christina", "stephanie",
    "stephanie1", "nicholas", "nicolas1", "jonathan", "benjamin", "benjamin1", "samantha", "samantha1", "patricia",
    "patrick1", "caroline", "caroline1", "valentine", "valentina", "maximilian", "sebastian", "sebastian1",
    "thomas123", "andrew123", "anthony1", "anthony123", "robert123", "daniel123", "matthew1", "joshua123",
    "william1", "melissa1", "ashley123", "hannah123", "amanda123", "nicole123", "natalie1", "vanessa1", "angelina",
    "isabella", "gabriela", "gabriela1", "veronica", "fernando", "fernando1", "alejandro", "alejandra", "francisco",
    "computer", "computer1", "computer123", "internet", "internet1", "samsung1", "samsung123", "iphone123",
    "google123", "facebook", "facebook1", "facebook123", "linkedin", "linkedin1", "youtube1", "youtube123",
    "microsoft", "windows1", "windows123", "android1", "playstation", "minecraft", "minecraft1", "minecraft123",
    "fortnite", "fortnite1", "roblox123", "liverpool", "liverpool1", "chelsea1", "chelsea123", "arsenal1",
    "arsenal123", "manchester", "manutd123", "barcelona", "barcelona1", "realmadrid", "juventus", "juventus1",
    "bayernmunich", "hallo123", "hallo1234", "hallohallo", "schatz123", "schatzi1", "sommer2020", "sommer2021",
    "sommer2022", "sommer2023", "sommer2024", "winter2020", "winter2021", "winter2022", "winter2023", "winter2024",
    "summer2020", "summer2021", "summer2022", "summer2023", "summer2024", "summer2025", "spring2024", "autumn2024",
    "soleil123", "doudou123", "chouchou", "chouchou1", "loulou123", "marseille", "marseille1", "fuckyou1",
    "fuckyou2", "fuckyou123", "whatever", "whatever1", "trustno1", "blink182", "hello123", "hello1234", "hellohello",
    "hello12345", "helloworld", "secret123", "secret12", "secret1234", "topsecret", "changeme", "changeme1",
    "changeme123", "default1", "default123", "administrator", "admin123", "admin1234", "admin12345", "admin123456",
    "adminadmin", "admin@123", "root1234", "rootroot", "toor1234", "test1234", "test12345", "test123456", "testtest",
    "testing1", "testing123", "guest123", "guest1234", "user1234", "user12345", "username", "username1", "demo1234",
    "temp1234", "temp12345", "login123", "login1234", "access14", "access123", "pass1234", "pass12345", "pass123456",
    "passpass", "passport", "master1234", "mustang1", "corvette", "mercedes", "mercedes1", "ferrari1", "ferrari123",
    "porsche1", "porsche911", "chocolate", "chocolate1", "cheesecake", "butterfly", "butterfly1", "strawberry",
    "blueberry", "pineapple", "watermelon", "cupcake123", "cookie123", "cookies1", "peanut123", "pumpkin1",
    "pumpkin123", "ginger123", "pepper123", "buster123", "maggie123", "bailey123", "snoopy123", "garfield",
    "garfield1", "scooby123", "snowball", "snowball1", "snowflake", "diamond1", "diamond123", "crystal1",
    "crystal123", "flower123", "flowers1", "rainbow1", "rainbow123", "sweetheart", "sweetie1", "beautiful",
    "beautiful1", "angel123", "angel1234", "angels123", "babygirl", "babygirl1", "babygirl12", "babyboy1",
    "lovelove", "lovely123", "loveme123", "lover123", "forever1", "forever123", "together", "blessed1", "blessing",
    "heaven123", "jesus123", "jesuschrist", "godisgood", "hallelujah", "freedom1", "freedom123", "midnight",
    "midnight1", "thunder1", "thunder123", "lightning", "phoenix1", "phoenix123", "warrior1", "warrior123",
    "assassin", "predator", "destroyer", "maverick", "maverick1", "cowboys1", "steelers", "steelers1", "yankees1",
    "lakers123", "marine123", "soldier1", "military", "password2", "password3", "password7", "password9",
    "password99", "password01", "password11", "password21", "password22", "passwords", "mypassword", "thepassword",
    "newpassword", "newpass123", "nopassword", "yourpassword", "letmein2", "openopen", "opensesame", "sesame123",
    "abracadabra", "hogwarts", "gryffindor", "slytherin", "voldemort", "gandalf1", "mordor123", "matrix123",
    "terminator", "skywalker", "darthvader", "chewbacca", "godzilla", "metallica", "metallica1", "slipknot",
    "slipknot1", "nirvana1", "linkinpark", "greenday1", "eminem123", "beatles1", "rockstar", "rockstar1",
    "guitar123", "musiclover", "dancer123", "trinity1", "december", "november", "october1", "september", "february",
    "january1", "saturday", "sunday123", "monday123", "luxembourg", "luxembourg1", "letzebuerg", "moien123",
    "moienmoien", "entreprinder", "powerup1", "powerup123", "vinsdelux", "crushlu1", "zaq12wsx", "zaq1zaq1",
    "zxcvbnm12", "xxxxxxxx", "zzzzzzzz", "asdasdasd", "asd123456", "asd12345", "qwe123456", "qwe12345", "qweasd123",
    "poiuytrewq", "lkjhgfdsa", "mnbvcxz1", "mnbvcxza", "147258369", "159753456", "741852963", "789456123",
    "147852369", "963852741", "1029384756", "0987654321", "1122334455", "5201314520", "woaini123", "woaini1314",
    "24682468", "10203040", "20202020", "19871987", "19901990", "20002000"
});
// clang-format on

}  // namespace web
