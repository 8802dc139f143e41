/** A page of the test site: what it is called, and what it says. */
export interface SitePage {
  /** File name without its ending. */
  name: string;
  /** Heading. */
  title: string;
  /** Paragraphs. */
  text: string[];
}

/** The help pages of an allotment garden, in which counting words often finds the wrong page. */
export const PAGES: SitePage[] = [
  {
    name: 'water-rules',
    title: 'Water rules',
    text: [
      'Water is for plots only. Water from the tap must not be used for cars, and water butts must have a lid.',
      'The board checks every water meter twice a year. Report a broken water meter to the water warden.',
    ],
  },
  {
    name: 'watering-times',
    title: 'When to water',
    text: [
      'Tomatoes want to be watered early in the morning, before the sun stands high, and never on their leaves.',
      'In July one deep watering every second day does more than a sprinkle every evening.',
    ],
  },
  {
    name: 'tomato-festival',
    title: 'Tomato festival',
    text: [
      'The tomato festival takes place every August. Tomatoes of all colours are judged, and tomatoes are thrown at the chairman.',
      'Bring tomatoes, bread and good humour. Water and tomato juice are free.',
    ],
  },
  {
    name: 'waiting-list',
    title: 'Getting a plot',
    text: [
      'Whoever wants a plot puts his name on the waiting list at the gate. At the moment it takes about two years until one is free.',
      'Families with children and neighbours from Maple Street come first.',
    ],
  },
  {
    name: 'fees',
    title: 'What membership costs',
    text: [
      'A plot of forty square metres costs 120 pounds a year, water and insurance included. The fee is due on the first of March.',
      'Students and pensioners pay half of it.',
    ],
  },
  {
    name: 'leaving',
    title: 'Leaving the club',
    text: [
      'Members who give up their plot write to the board by the end of September. What was paid for the rest of the year is returned within thirty days.',
      'The shed must be empty, and the plot free of weeds.',
    ],
  },
  {
    name: 'membership-card',
    title: 'Membership card',
    text: [
      'The membership card opens the gate. A membership card is personal; membership cards are not lent to friends.',
      'Every year members get a new membership card with the letter about the membership meeting.',
    ],
  },
  {
    name: 'opening-hours',
    title: 'Opening hours of the office',
    text: [
      'The office is staffed on Tuesdays from four to six, and on the first Saturday of a month from ten to noon.',
      'In January it is closed.',
    ],
  },
  {
    name: 'bees',
    title: 'Bees and hives',
    text: [
      'Two hives stand behind plot 17. Keep three metres away, and do not mow beside them around noon.',
      'Whoever was stung and feels dizzy calls 999 first and the warden second.',
    ],
  },
  {
    name: 'compost',
    title: 'Compost',
    text: [
      'Leaves, peelings and coffee grounds go on the heap; cooked food, meat and ash do not, since they bring rats.',
      'It is ready when it smells of forest soil, after about nine months.',
    ],
  },
  {
    name: 'tools',
    title: 'Borrowing tools',
    text: [
      'Spades, forks and the wheelbarrow hang in the red shed. Write your name into the book, and bring them back clean on the same day.',
      'The chainsaw is lent only to members who have taken the course.',
    ],
  },
  {
    name: 'snails',
    title: 'Slugs and snails',
    text: [
      'Copper tape around the bed and a board under which they gather at night help against slugs. Poison is forbidden because of the hedgehogs.',
      'Plant lettuce late, when the toads are awake.',
    ],
  },
];
