/**
 * KL warm-up: β rises linearly from 0, so that the decoder learns to use the code before the KL term presses it (Bowman et
 * al. 2016; Sønderby et al. 2016).
 * @param beta once warm
 * @param warmUp share of the run over which β rises; 0: from the start at its full weight
 * @param done share of the run, 0..1
 */
export function betaAt(beta: number, warmUp: number, done: number): number {
  return warmUp > 0 ? beta * Math.min(1, done / warmUp) : beta;
}
