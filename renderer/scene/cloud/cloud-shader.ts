/**
 * The faces of the cloud: squares that turn to the camera. Compiled for squares of two triangles; with `DOTS` for small
 * ones drawn as points; with `DOTS` and `SPECKS` for those so small that one colour is all there is to see. And each to be
 * seen or, with `PICKING`, to tell which face covers a pixel. All share the shape, so what is seen is what is picked.
 */

/** What a face looks like: its thumbnail, fading with distance, and the colour of its mark. */
const APPEARANCE = /* glsl */ `
  uniform vec3 space;

  const vec3 NOT_LOADED = vec3(0.11, 0.12, 0.14);

  /** texel: of the thumbnail, alpha 0 before it is there. marked: share of the mark's colour. */
  vec3 appearance(vec4 texel, vec4 tint, float marked, float fading) {
    vec3 shown = texel.a > 0.5 ? texel.rgb : NOT_LOADED;
    // one that steps back has no colour, and half of its light
    if (tint.a < 0.0) return mix(vec3(dot(shown, vec3(0.3, 0.59, 0.11))), space, 0.5 + 0.5 * fading);
    // marked ones fade less: they are being looked for
    return tint.a > 0.0 ? mix(mix(shown, tint.rgb, marked), space, 0.6 * fading) : mix(shown, space, fading);
  }

  /** Faces too small for a border take the colour of their mark as a whole. */
  float markedWhole(float cssPixels) {
    return 0.7 * (1.0 - smoothstep(8.0, 20.0, cssPixels));
  }
`;

export const cloudVertexShader = /* glsl */ `
  uniform float faceSize;      // side of a face, scene units
  uniform float grow;          // 0..1, the cloud appearing
  uniform vec2 nearFade;       // a face is gone nearer than x and whole beyond y
  uniform float fewestPixels;  // side of the smallest face
  uniform vec2 fog;            // distance at which fading begins, length over which it happens
  uniform float focal;         // pixels per scene unit at distance 1
  uniform float pixelRatio;
  uniform int selected;
  uniform int highlighted;
  uniform vec2 tileSize;       // of a tile in its layer, 0..1
  uniform int columns;
  uniform int perSheet;
  uniform float tilePixels;
  uniform float smallestLevel;
  uniform vec3 markColours[MARKS];

  const int GREY = 255;

  in float mark;               // 0 none, GREY, else one more than the number of its colour

  ${APPEARANCE}

  flat out int face;
  #ifdef SPECKS
    in vec4 mean;              // colour of the thumbnail, alpha 0 before it is there
    flat out vec3 speck;
  #else
    #ifndef DOTS
      in vec2 cut;             // this corner of the part that may be seen, shares of the face from its left and bottom
    #endif
    out vec2 corner;           // −0.5..0.5 on the face, beyond it on the ring
    flat out vec3 tile;        // left, top, layer
    flat out float level;      // of detail in the texture
    flat out float inset;      // half a texel of that level, as a share of a tile
    flat out float pixels;     // side of the face on the screen
    flat out float fading;     // 0 near, towards 1 far away
    flat out int emphasis;     // 0 none, 1 highlighted, 2 selected
    flat out vec4 tint;        // colour of the face's mark, alpha 0: none, −1: grey
  #endif

  const float FEWEST_PIXELS_EMPHASISED = 14.0;
  const float HIGHLIGHTED = 1.35; // times its size
  const float FEWEST_PIXELS_HIGHLIGHTED = 40.0;
  const float RING_PIXELS = 6.0;

  void main() {
    #ifdef SPECKS
      float pixels;
      float fading;
      int emphasis;
      vec4 tint;
    #endif
    face = gl_VertexID / 4;
    int marked = int(mark + 0.5);
    tint = marked == GREY ? vec4(-1.0) : marked > 0 ? vec4(markColours[marked - 1], 1.0) : vec4(0.0);
    emphasis = face == selected ? 2 : face == highlighted ? 1 : 0;

    if (emphasis > 0 && tint.a < 0.0) tint = vec4(0.0);

    vec4 centre = modelViewMatrix * vec4(position, 1.0);
    float away = length(centre.xyz);
    float pixelsPerUnit = focal / max(-centre.z, 1e-6);

    // faces in front of one's nose make way instead of blocking the view
    float size = faceSize * grow * smoothstep(nearFade.x, nearFade.y, away);
    if (emphasis == 1) size *= HIGHLIGHTED;
    float fewest = emphasis == 1 ? FEWEST_PIXELS_HIGHLIGHTED * pixelRatio
      : emphasis == 2 ? FEWEST_PIXELS_EMPHASISED * pixelRatio : fewestPixels;
    if (away > nearFade.y) size = max(size, fewest * grow / pixelsPerUnit);
    pixels = size * pixelsPerUnit;

    float thickness = max(0.0, away - fog.x) / fog.y;
    fading = thickness / (1.0 + thickness);

    #ifdef SPECKS
      #ifndef PICKING
        speck = appearance(mean, tint, markedWhole(pixels / pixelRatio), fading);
      #endif
    #else
      int sheet = face / perSheet;
      int inSheet = face - sheet * perSheet;
      int row = inSheet / columns;
      tile = vec3(vec2(inSheet - row * columns, row) * tileSize, sheet);
      level = clamp(log2(tilePixels / max(pixels, 1.0)), 0.0, smallestLevel);
      inset = 0.5 * exp2(ceil(level)) / tilePixels;
      corner = vec2(0.0);
    #endif
    #ifdef DOTS
      gl_PointSize = pixels;
      gl_Position = projectionMatrix * centre;
    #else
      float extent = emphasis > 0 ? 1.0 + 2.0 * RING_PIXELS * pixelRatio / max(pixels, 1.0) : 1.0;
      corner = (cut - 0.5) * extent;
      gl_Position = projectionMatrix * (centre + vec4(corner * size, 0.0, 0.0));
      if (emphasis > 0) {
        // not to be lost in the crowd: in front of all that is farther than half way
        vec4 halfWay = projectionMatrix * vec4(centre.xy, 0.5 * centre.z, 1.0);
        gl_Position.z = halfWay.z / halfWay.w * gl_Position.w;
      }
    #endif
  }
`;

export const cloudFragmentShader = /* glsl */ `
  precision highp sampler2DArray;

  ${APPEARANCE}

  uniform sampler2DArray thumbnails;
  uniform vec2 tileSize;
  uniform float pixelRatio;
  uniform vec3 accent;

  flat in int face;
  #ifdef SPECKS
    flat in vec3 speck;
  #else
    in vec2 corner;
    flat in vec3 tile;
    flat in float level;
    flat in float inset;
    flat in float pixels;
    flat in float fading;
    flat in int emphasis;
    flat in vec4 tint;
  #endif

  out vec4 colour;

  vec4 number(int face) {
    int id = face + 1;
    return vec4(id & 255, (id >> 8) & 255, (id >> 16) & 255, (id >> 24) & 255) / 255.0;
  }

  #ifdef SPECKS

  void main() {
    #ifdef PICKING
      colour = number(face);
    #else
      colour = vec4(speck, 1.0);
    #endif
  }

  #else

  const float ROUNDING = 0.14;
  const float GAP_PIXELS = 2.0;
  const float RING_PIXELS = 2.5;

  /** Distance in screen pixels to the rounded edge of the face, negative inside. */
  float edge(vec2 p) {
    vec2 beyond = abs(p) - 0.5 + ROUNDING;
    return (length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - ROUNDING) * pixels;
  }

  void main() {
    #ifdef DOTS
      vec2 p = vec2(gl_PointCoord.x - 0.5, 0.5 - gl_PointCoord.y);
    #else
      vec2 p = corner;
    #endif
    float outside = edge(p);

    #ifdef PICKING
      if (outside > 0.5) discard;
      colour = number(face);
    #else
      float coverage = clamp(0.5 - outside, 0.0, 1.0);
      #ifndef DOTS
        if (emphasis > 0 && outside > 0.5) {
          float ring = abs(outside - (GAP_PIXELS + 0.5 * RING_PIXELS) * pixelRatio) - 0.5 * RING_PIXELS * pixelRatio;
          coverage = clamp(0.5 - ring, 0.0, 1.0);
          if (coverage < EDGE) discard;
          // what stands out from the space
          vec3 highlight = vec3(space.g < 0.5 ? 0.93 : 0.1);
          colour = vec4(emphasis == 2 ? accent : highlight, coverage);
          return;
        }
      #endif
      if (coverage < EDGE) discard;

      // inside the tile: its neighbours must not shine through
      vec2 within = clamp(vec2(p.x + 0.5, 0.5 - p.y), inset, 1.0 - inset);
      float border = clamp(0.08 * pixels, 1.5 * pixelRatio, 4.0 * pixelRatio);
      float marked = max(markedWhole(pixels / pixelRatio), smoothstep(-border - 0.5, -border + 0.5, outside));
      vec4 texel = textureLod(thumbnails, vec3(tile.xy + within * tileSize, tile.z), level);
      colour = vec4(appearance(texel, tint, marked, emphasis > 0 ? 0.0 : fading), coverage);
    #endif
  }

  #endif
`;
