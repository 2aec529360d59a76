/** The derivation, in the notation of the field: x image, z code, f_θ decoder, g_φ encoder. */
export const FORMULAS = {
  ae: String.raw`L_{\mathrm{AE}}(\theta,\varphi)=\frac1n\sum_{i=1}^{n}\bigl\|x_i-f_\theta\bigl(g_\varphi(x_i)\bigr)\bigr\|^2`,
  posterior: String.raw`q_\varphi(z\mid x)=\mathcal N\bigl(\mu_\varphi(x),\,\sigma_\varphi^2(x)\bigr),\qquad p(z)=\mathcal N(0,I)`,
  kl: String.raw`\mathrm{KL}\bigl(q\,\|\,p\bigr)=\tfrac12\sum_{d}\bigl(\mu_d^2+\sigma_d^2-\log\sigma_d^2-1\bigr)`,
  iwae: String.raw`\mathrm{ELBO}\le\mathbb E\,\log\frac1k\sum_{i=1}^{k}\frac{p(x\mid z_i)\,p(z_i)}{q(z_i\mid x)}\le\log p(x)`,
  reparameterisation: String.raw`z=\mu+\sigma\odot\varepsilon,\qquad\varepsilon\sim\mathcal N(0,I)`,
  beta: String.raw`L_\beta=\mathbb E_q\|x-f_\theta(z)\|^2+\beta\,\mathrm{KL}\bigl(q(z\mid x)\,\|\,p(z)\bigr)\;\Longleftrightarrow\;\sigma_x^2=\tfrac{\beta}{2}`,
  discriminator: String.raw`\begin{aligned}L_D={}&-\log D(x)\\&-\tfrac12\log\bigl(1-D(f_\theta(z))\bigr)\\&-\tfrac12\log\bigl(1-D(f_\theta(\varepsilon))\bigr)\\&+\gamma\bigl(d(x+n)-d(x)\bigr)^2,\qquad D=\operatorname{sigmoid}d\end{aligned}`,
  generator: String.raw`\begin{aligned}L={}&\tfrac12\|x-f_\theta(z)\|^2+\beta\,\mathrm{KL}\bigl(q\,\|\,p\bigr)\\&-\tfrac a2\bigl(\log D(f_\theta(z))+\log D(f_\theta(\varepsilon))\bigr)\\&+b\sum_{l}\bigl\|d_l(x)-d_l(f_\theta(z))\bigr\|^2\end{aligned}`,
} as const;

/** What the bound rests on. Its two terms are called by their names in the language of the window. */
export const identity = (reconstruction: string, priorMatching: string): string =>
  String.raw`\begin{aligned}&\log p(x)-\mathrm{KL}\bigl(q(z\mid x)\,\|\,p(z\mid x)\bigr)\\&\quad=\underbrace{\mathbb E_{q}\log p(x\mid z)}_{\text{${reconstruction}}}-\underbrace{\mathrm{KL}\bigl(q(z\mid x)\,\|\,p(z)\bigr)}_{\text{${priorMatching}}}=\mathrm{ELBO}\end{aligned}`;
