/** What a model's images show, and are called by. */
export const MOTIFS = ['faces', 'digits', 'images'] as const;
export type Motif = (typeof MOTIFS)[number];
