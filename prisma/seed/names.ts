/** Names to make people of. As ASCII they become usernames: first.last. */
export const firstNames =
  `Aaliyah Adam Adriana Aiko Alejandro Alice Amara Amir Anders Andrea Anika Antonio Anya Arjun Astrid Ayesha
Beatriz Bianca Bjorn Bruno Caleb Camila Carmen Cedric Chiara Chidi Clara Connor Cyrus Dalia Damian Deepa Diego Dmitri Dina Eduardo
Eleni Elif Elliot Eloise Emeka Emre Enzo Esme Esther Eva Farah Fatima Felix Fiona Freya Gabriel Gia Giulia Grace Greta Hana Hassan
Hector Helena Henrik Hugo Ibrahim Ida Imani Ingrid Irina Isabel Ismail Ivan Ivy Jada Jakub Jasmine Javier Jin Joanna Jonas Jorge
Julia Kaito Karim Katarina Keiko Kenji Kiran Klara Kwame Lars Layla Leila Leo Liam Lina Linh Luca Lucia Magnus Malik Mara Marco
Mariam Marta Mateo Maya Mei Mila Mina Nadia Naomi Nia Nico Nikolai Nina Noor Olga Omar Oscar Paloma Pavel Petra Priya Quinn Rafael
Rahul Ravi Rosa Ruben Sana Santiago Selma Simone Sofia Stefan Tara Tariq Theo Tomas Uma Valentina Viktor Wanjiru Yara Yusuf Zofia`.split(
    /\s+/,
  );

export const lastNames =
  `Abbott Adeyemi Aguilar Ahmed Almeida Andersen Aoki Arslan Asante Bakker Banerjee Barros Becker Bell Bennett
Berg Bianchi Bose Bradley Brennan Brooks Byrne Calloway Campos Cardoso Carlsen Castillo Chandra Chen Choi Cohen Conti Costa Cruz Dahl
Dang Davies Demir Desai Diallo Dominguez Doyle Dubrovsky Duran Eriksen Espinoza Evans Farouk Fernandes Ferrari Fischer Flores Foster
Franco Fuentes Gallagher Garcia Ghosh Gomez Graf Greene Gupta Haddad Hansen Harper Hassan Hayashi Herrera Hoffman Holm Horvat Hughes
Ibarra Iqbal Ivanova Iyer Jankowski Jansen Jensen Johansson Kapoor Kato Kaya Keller Khalil Khan Kimura Kowalski Kruger Kumar Lang
Larkin Laurent Lefevre Lindgren Lopez Madsen Malhotra Mancini Marin Mbeki Medina Mehta Meyer Mishra Molina Moreau Moretti Mwangi
Nakamura Navarro Nguyen Nielsen Novak Nowak Obi Ochoa Oduya Olsen Ortega Osei Ozturk Park Patel Pereira Petrov Pham Popov Quinn
Ramos Rao Reyes Ricci Rivera Rossi Saito Salazar Sandoval Sato Schmidt Sharma Silva Singh Sokolov Soto Suzuki Tanaka Torres Tran
Ueda Vargas Vasquez Virtanen Wagner Walsh Weber Wong Yamada Yilmaz Zhang Ziegler`.split(/\s+/);
