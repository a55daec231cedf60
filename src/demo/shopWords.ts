/** Family names common all over France, and given names; none names a chain or a brand. */
export const surnames: readonly string[] = (
  "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David " +
  "Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier " +
  "Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez " +
  "Fontaine Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël " +
  "Meyer Lucas Meunier Jean Perez Marchand Dufour Blanchard Marie Barbier Brun Dumas Brunet Schmitt Leroux Colas " +
  "Fernandez Pierre Renard Arnaud Rolland Caron Aubert Giraud Leclercq Vidal Bourgeois Renaud Lemoine Picard Gaillard " +
  "Philippe Lacroix Aubry Dupuis Olivier Pons Rey Huet Poirier Hubert Charpentier Benoît Klein Lefèvre Rivière Adam " +
  "Colin Maillard Perrot Baron Tessier Pichon Hamon Jacquet Besson Payet Hoareau Grondin Fontaine Boyer Maillot Dijoux " +
  "Bailly Cousin Carpentier Prévost Vasseur Breton Guillot Marchal Weber Collet Bouvier Chauvin Lebrun Delorme Bazin " +
  "Tanguy Le-Gall Kerbrat Abadie Etcheverry Casanova Mattei Colonna Santoni Schneider Zimmermann Ferrand Delmas Cazal"
)
  .split(" ")
  .map((name) => name.replace("-", " "));

export const givenNames: readonly string[] = (
  "Camille Louise Jeanne Alice Margaux Chloé Inès Léa Manon Sarah Élodie Pauline Sophie Claire Hélène Nadia Fatima " +
  "Aïcha Marion Céline Valérie Sylvie Agnès Solène Maëlle Lucas Hugo Jules Louis Paul Théo Antoine Mathis Nathan " +
  "Karim Mehdi Yanis Samir Thierry Pascal Didier Bruno Gilles Loïc Erwan Yann Bastien Rémi Florian Cédric Aurélien " +
  "Stéphane Jérôme Fabrice Ludovic Quentin Marius Gabin Léon Suzanne Odette Rose Mathilde Anaïs Laure Noémie Estelle"
).split(" ");
