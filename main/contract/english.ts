/**
 * What the engine says to people, in English: the terminal and the log print it, and so does the window's English. A
 * failure's key begins with its code; the other groups are parts of sentences, used as values. To add one,
 * write it here, in the window's other languages (`renderer/i18n/translations/`), and throw `new UserError(key, values)`.
 */
export const english = {
  'not-found': {
    path: 'There is nothing at "{{path}}". Check the path, or choose another one.',
    unreadable: '"{{path}}" could not be read: {{detail}}.',
    'folder-missing': '"{{path}}" could not be written: its folder does not exist. Create it first.',
    'file-in-the-way':
      '"{{path}}" could not be written: a part of its path is a file, not a folder. Move that file away, or choose another place.',
    'folder-is-file': '"{{path}}" is a file, not a folder. Choose the folder it is in.',
    'images-is-file': '"{{path}}" is a file, not a folder. Choose the folder that holds the images.',
    'model-closed': 'This model is no longer open. Open it again.',
    mixture: 'No mixture has been fitted to this model yet. Fit one first.',
    removed: 'What was removed can no longer be taken back: the engine was started again since.',
    'file-manager': 'No file manager could be opened. The model lies at "{{path}}".',
    photo: 'There is no photo to look at. Choose one first.',
    'training-film': '"{{name}}" has no film of its training: it was trained elsewhere, or before films were recorded.',
    'data-set': 'That data set is no longer on the list. Open its folder again.',
    'unfinished-run': 'There is no unfinished run for "{{out}}". It may have finished, or been discarded.',
    run: 'That training run is no longer known. Reload the window.',
  },

  'no-access': {
    read: 'You do not have permission to read "{{path}}". Change its permissions, or copy it.',
    write: 'You do not have permission to write "{{path}}". Choose another place.',
    'not-chosen': '"{{file}}" was not chosen in this window. Choose it in the dialog, or drop it.',
  },

  'no-images': {
    none: 'There are no images in "{{folder}}" or the folders in it. Choose a folder with PNG, JPEG, WebP, HEIC, TIFF or other image files.',
    unreadable_one: 'The only image in "{{folder}}" cannot be read: {{first}} ({{reason}}). Choose another folder.',
    unreadable_other:
      'None of the {{count}} images in "{{folder}}" can be read; the first is {{first}} ({{reason}}). Choose another folder.',
    'no-readable': 'There are no images in "{{folder}}" that can be read. Choose another folder.',
    'too-few_one':
      '"{{folder}}" has {{count}} usable image; training needs at least {{least}}, and a few hundred to learn faces. Add images, or choose another folder.',
    'too-few_other':
      '"{{folder}}" has {{count}} usable images; training needs at least {{least}}, and a few hundred to learn faces. Add images, or choose another folder.',
    'too-few-to-score': '"{{folder}}" has one usable image; scores need at least two. Choose another folder.',
    'none-held-out':
      'The model was trained on all images in "{{folder}}" and none was held out: there is nothing in it that the model has not seen. Choose a folder of other images.',
    'too-few-for-mixture':
      'A mixture needs the codes of at least {{least}} images, and there are {{count}}. Choose a model trained on more images.',
  },

  'bad-image': {
    unusable: '"{{file}}" cannot be used: {{reason}}. Give another image file.',
  },

  'not-onnx': {
    file: '"{{where}}" is not an ONNX model, or it is broken. Choose an .onnx file, such as PyTorch, Keras and JAX export.',
    empty: '"{{where}}" is empty. Copy or download it again.',
    'git-lfs': '"{{where}}" is a Git LFS pointer, not the model itself. Fetch the model with "git lfs pull".',
    'web-page':
      '"{{where}}" is a web page, not a model. Download the file itself, for example with "Download" or "Raw".',
    pickle:
      '"{{where}}" is a pickled Python object, such as a PyTorch checkpoint. Export the network from PyTorch with torch.onnx.export, and open that file.',
    hdf5: '"{{where}}" is an HDF5 file, such as Keras saves. Convert the model with tf2onnx or keras.export to ONNX, and open that file.',
    tflite: '"{{where}}" is a TensorFlow Lite model. Convert it with tf2onnx --tflite, and open that file.',
    npy: '"{{where}}" is a NumPy array, not a model. Open a model; its codes are opened with it.',
    gzip: '"{{where}}" is compressed with gzip. Unpack it, and open what is in it.',
    gguf: '"{{where}}" is a GGUF file, a language model. Choose an image decoder in ONNX.',
    safetensors:
      '"{{where}}" is a safetensors file: weights without their network. Load them into the network in PyTorch, export it with torch.onnx.export, and open that file.',
    'too-large':
      '"{{where}}" is {{size}} GiB, and an ONNX file can be 2 GiB at most. Export it with its weights in a file beside it (external data).',
    pytorch:
      '"{{where}}" is a PyTorch checkpoint: weights without their network. Export the network from PyTorch with torch.onnx.export, and open that file.',
    keras: '"{{where}}" is a Keras or TensorFlow model. Convert it to ONNX with tf2onnx, and open that file.',
  },

  'bad-model': {
    'not-a-model':
      '"{{where}}" is not a model: it holds no model.json of Latentscape. Choose a model\'s folder, or an ONNX decoder itself.',
    'zip-without-model': '"{{where}}" holds no model: there is no model.json in it.',
    'zip-broken': '"{{where}}" is a broken zip file. Copy or download it again.',
    'zip-too-large': '"{{where}}" unpacks to more than any model of its size. It is not opened.',
    endless: '"{{file}}" did not decode one code within {{seconds}} seconds. Its network may never finish.',
    'ended-process': '"{{file}}" crashed the process that tried it ({{how}}).',
    'file-missing': '"{{where}}" is missing its file {{name}}. Copy the whole model again.',
    'file-changed':
      'The file {{name}} of "{{where}}" is not the one that was saved with the model: it has been changed or damaged. Copy the model again.',
    'manifest-not-json': 'The model.json of "{{where}}" is not valid JSON. Copy the model again.',
    'manifest-newer':
      '"{{where}}" was written by a newer Latentscape (format {{format}}; this one reads {{readable}}). Update Latentscape.',
    'manifest-incomplete': 'The model.json of "{{where}}" has no "{{at}}". Copy the model again.',
    'manifest-invalid':
      'The model.json of "{{where}}" has {{found}} for "{{at}}", which cannot be. Copy the model again.',
    'no-decoder': '"{{where}}" lists no decoder.onnx in its model.json.',
    'sizes-disagree':
      '"{{where}}" contradicts itself: its model.json declares codes of {{latentSize}} numbers and images of {{image}}, but its decoder takes {{takes}} and gives {{gives}}.',
    'log-variances-length':
      '"{{where}}" contradicts itself: its log-variances.npy and its codes.npy differ in length. Copy the model again.',
    'encoder-sizes':
      'The encoder of "{{where}}" does not fit its model.json (images of {{image}} to codes of {{latentSize}} numbers).',
    'faces-invalid': '"{{where}}" cannot be understood. Copy the model again.',
    'names-count': 'The {{file}} of "{{where}}" does not name its {{count}} faces. Copy the model again.',
    'film-invalid': 'The film of "{{where}}" cannot be used: its parts do not fit together. Copy the model again.',
    'no-bundle': '"{{path}}" was not made by Latentscape and is one file already: pass that on.',
    'only-decoder': '"{{path}}" has only a decoder: it cannot turn images into codes.',
    'no-codes-to-score': '"{{path}}" has no codes of training images: it can only be scored with a folder of images.',
    'no-codes-for-mixture': '"{{path}}" has no codes of training images to fit a mixture to. Sample it from the prior.',
    'no-codes-for-holes': '"{{path}}" has no codes of its images: there is no cloud to look around in.',
    'nothing-to-measure-holes': '"{{path}}" has neither an encoder nor codes, so its holes cannot be measured.',
    'no-posterior': '"{{path}}" maps an image to a point: it has no posterior, and so no bound.',
    'no-likelihood':
      '"{{where}}" does not define a distribution of images (its likelihood is {{likelihood}}), so no bound can be computed.',
    'scores-not-kept': '"{{path}}" is not a model folder: scores cannot be kept with it. Unpack it first.',
    'cannot-run': '"{{where}}" cannot be run by onnxruntime: {{detail}}',
    'run-failed': '"{{where}}" could not be run: {{detail}}',
    'output-size':
      '"{{where}}" gives {{numbers}} numbers in "{{output}}" for {{rows}} codes, which is not a whole number for each.',
    'no-code-input':
      '"{{where}}" has no input of floats that could be a code (it takes {{inputs}}). Export the decoder so that it takes one, such as [N, 128].',
    'code-size-open':
      '"{{where}}" does not say how many numbers a code has (it takes {{inputs}}). Export it with only the batch size left open.',
    'takes-images':
      '"{{where}}" takes {{inputs}}, which looks like an image, not a code. Choose the file of the decoder, not of the encoder.',
    'operator-type':
      '"{{where}}" computes {{name}} with numbers of a type in which it cannot be computed here, such as bfloat16. Export the decoder in float32.',
    'input-type': '"{{where}}" needs an input "{{name}}" of type {{type}}, which Latentscape cannot supply.',
    'not-finite': '"{{where}}" gives numbers that are not finite, even for ordinary codes.',
    'no-image-output':
      '"{{where}}" gives {{outputs}}, which is no grey or RGB picture of a size that can be told. Choose the file of a decoder, or export this one so that it gives [N, 1 or 3, height, width].',
    'not-npy': '"{{where}}" is not a NumPy .npy file of numbers. Save it with numpy.save.',
    'npy-type': '"{{where}}" holds {{dtype}} values, not real numbers. Save it as float32.',
    'npy-shape': '"{{where}}" holds an array of shape ({{shape}}); this model needs (count, {{latentSize}}).',
    'npy-cut': '"{{where}}" is cut short: it should hold {{count}} rows. Copy it again.',
    'npy-not-finite': '"{{where}}" holds values that are not finite numbers.',
    'family-invalid': '"{{file}}" cannot be understood: {{detail}}. Install the app again.',
    'run-other-networks':
      'The unfinished run of "{{out}}" was started by a version with other networks. Discard it and train again.',
    'run-invalid': '"{{file}}" is not valid ({{detail}}). Discard that run and train again.',
    'checkpoint-damaged':
      'The checkpoint "{{file}}" is damaged or from another version. Discard that run and train again.',
    'cloud-parts':
      'The cloud of this model cannot be shown: its {{count}} faces, their positions and the {{sheets}} thumbnail sheets do not fit together. Create the model’s thumbnails again, or open another model.',
    'whole-number-codes':
      '"{{where}}" takes whole numbers as codes ("{{name}}" {{type}}), as a VQ-VAE or a language model does: there is nothing between two of them to fly through. Export the part after the codebook, which takes vectors.',
    'code-too-large':
      '"{{where}}" takes codes of {{size}} numbers, more than {{most}}. It is too large to be explored here.',
    'batch-too-large': '"{{where}}" only takes {{batch}} codes at a time. Export it with the batch size left open.',
    denoiser:
      '"{{where}}" takes a picture and a time: it is the denoiser of a diffusion model, not a decoder. Choose the decoder of its VAE, often "vae_decoder/model.onnx".',
    encoder:
      '"{{where}}" takes pictures ({{inputs}}) and gives {{outputs}}: it is an encoder, a classifier or the like. Choose the decoder\'s file.',
    autoencoder:
      '"{{where}}" takes a picture and gives one, and cannot be split into encoder and decoder here. Export its decoder alone.',
    'row-per-pixel':
      '"{{where}}" gives a row of numbers for every pixel rather than a picture for every code ({{outputs}}). Build the positions of the pixels into it, so that it takes the code alone, and export it again.',
    'onnx-newer':
      '"{{where}}" is written in a newer version of ONNX ({{version}}) than can be read here ({{readable}}). Export it with a lower opset_version, or update Latentscape.',
    operator:
      '"{{where}}" needs the operator {{name}}, which onnxruntime does not have. Export it with standard ONNX operators only.',
    memory: '"{{where}}" needs more memory than is available. Close other programs, or use a smaller model.',
    'zip-of-onnx': '"{{where}}" holds {{name}}, but no model.json of Latentscape. Unpack it, and open {{name}}.',
    'weights-cut':
      '"{{where}}" has its weights in a file beside it, which is cut short or another one. Copy or download that file again.',
    'weights-pointer':
      '"{{name}}" is a Git LFS pointer, not the weights of "{{file}}" themselves. Fetch them with "git lfs pull".',
    'weights-outside':
      '"{{where}}" has its weights outside of its own folder, where they are not read. Export it with the file of weights beside it.',
    'weights-missing': '"{{name}}" is missing: it holds the weights of "{{file}}". Copy it into the same folder.',
  },

  'bad-settings': {
    problems: '{{problems}}',
    'preset-size':
      '"{{file}}" has {{width}}×{{height}} pixels; the preset "{{preset}}" is for images of {{side}}×{{side}}. Name a folder of such images, or train without the preset.',
    'preset-colour':
      '"{{file}}" is stored in colour ({{width}}×{{height}} pixels); the preset "{{preset}}" is for grey images of {{side}}×{{side}}. Name a folder of such images, or train without the preset.',
    'model-bundled': '"{{name}}" comes with the app and stays as it is. Duplicate it, and change the copy.',
    'model-place-taken': 'Another model lies at "{{path}}" by now. Move it away, and try again.',
    folder: '"{{path}}" is a folder. Give the name of a file in it.',
    'not-a-file': '"{{path}}" is a device or a pipe, not a file. Give the name of a file.',
    'folder-is-file': '"{{path}}" is a file. Choose another name for the folder.',
    'folder-in-use': '"{{path}}" holds other things besides {{what}} ({{stranger}}), which would be lost. {{advice}}',
    codes: '"{{name}}" takes {{least}} to {{most}} codes of {{latentSize}} numbers at a time, not {{numbers}} numbers.',
    arguments: 'The request "{{request}}" cannot be understood at {{where}}: {{why}}. Reload the window.',
    'hole-frame': 'That frame does not fit codes of {{latentSize}} numbers. Choose it again.',
    'unknown-request': 'The engine has no request "{{request}}".',
    'codes-length': '{{numbers}} numbers do not make whole codes: a code of "{{path}}" has {{latentSize}} numbers.',
    'film-length': 'A film can have 1 to {{most}} frames, not {{count}}. Record a shorter flight.',
    'film-rate': 'A film runs at 1 to {{most}} frames a second, not {{fps}}.',
    'image-size': 'An image can be saved with {{least}} to {{most}} pixels a side, not {{size}}.',
    'sheet-size':
      '{{count}} images of {{image}} make a picture of {{sheet}} pixels; the limit is {{most}} a side. Choose fewer or smaller ones.',
    'importance-samples': 'The number of importance samples must be a whole number from 1 to {{most}}, not {{count}}.',
    samples: 'From 1 to {{most}} samples can be drawn at a time, not {{count}}.',
    'factors-table':
      '"{{file}}" is not a table of factors: its first column must be called "file", and every row must have as many cells as the first.',
    latents: 'A frame needs three different latents out of the {{latentSize}} of this model.',
    faces: 'A frame needs four different faces out of the {{count}} in this cloud.',
    directions: 'A frame needs one to three directions of {{latentSize}} numbers each, none of them all zeros.',
    'hole-side': 'A grid of holes has {{sides}} points a side, not {{side}}.',
    'hole-cube': 'The cube to look for holes in needs a middle and a radius above 0.',
    neighbours: 'Ask for 1 to {{most}} neighbours of a code of this model.',
    'path-frames': 'A path has 2 to {{most}} frames, not {{frames}}.',
    'path-stops': 'A path leads through 2 to {{most}} places, each different from the one before, not {{count}}.',
    bookmarks: 'These bookmarks do not fit "{{name}}", or there are more than {{most}}. Remove some and try again.',
    photos: 'At most {{most}} photos can be kept with the models of the same images. Forget one first.',
    traits: 'These traits do not fit "{{name}}", or there are more than {{most}}. Change them and try again.',
    'face-groups':
      'These groups do not fit "{{name}}", or there are more than {{most}}, or a name is longer than {{longest}} characters. Change them and try again.',
    'layout-input': '"{{where}}" has no input "{{name}}" beside the code. Correct the layout.',
    'layout-output_one':
      '"{{where}}" gives {{outputs}}, which does not fit {{width}}×{{height}} pixels with {{count}} channel. Correct the layout.',
    'layout-output_other':
      '"{{where}}" gives {{outputs}}, which does not fit {{width}}×{{height}} pixels with {{count}} channels. Correct the layout.',
    'layout-known': '"{{path}}" describes its own images: there is nothing to correct.',
    'images-changed':
      'The images in "{{folder}}" have changed since this run began, so it cannot continue as it was. Restore them, or start a new run.',
    'model-among-images':
      '"{{out}}" is inside the folder of images "{{images}}": the next run would train on the model\'s own pictures. Choose a place outside it.',
    'run-unfinished':
      'There is an unfinished run for "{{out}}", saved at step {{step}} of {{steps}}. Resume it, discard it, or choose another place for this model.',
    'prepared-damaged': '"{{folder}}" is not a prepared data set, or it is damaged. Prepare the images again.',
    'assembled-damaged':
      'There is no finished run of scripts/torch in "{{run}}", or it is damaged. Train again, or copy it again.',
    'assembled-weights': 'The run in "{{run}}" is damaged: its weights "{{name}}" do not fit its network.',
    'assembled-images': 'The run in "{{run}}" was trained on other images than those in "{{data}}".',
    'experiment-folder':
      '"{{folder}}" is not empty, and has no {{plan}}, so it is not an experiment. Choose an empty folder.',
    'experiment-plan':
      '"{{folder}}" holds an experiment with other settings ({{what}}), and results of different settings are not mixed. Choose another folder, or remove that one.',
    'experiment-file': '"{{file}}" is damaged. Remove it, and it will be measured again.',
    'experiment-size': 'Choose one of --quick (minutes, small networks) and --full (most of an hour).',
    seed: 'The seed must be a whole number from 0 to {{most}}, not {{seed}}.',
    arithmetic:
      'There is nothing to add or subtract. Give images with --minus and --plus, or see project for one image alone.',
    direction: 'Both folders have the same mean code, so there is no direction between them. Choose other images.',
    'option-whole-number': '{{option}} must be a whole number from {{least}} to {{most}}, not {{value}}.',
    'option-one-of': '{{option}} must be one of {{values}}, not {{value}}.',
    'drop-too-large':
      'At most {{files}} files of {{gigabytes}} GB together can be dropped here. Choose the folder with the button instead.',
    'drop-name': '"{{name}}" is no name that a file can have here. Rename it, and drop it again.',
    'drop-incomplete': 'Not all of what was dropped has arrived. Drop it again.',
    'option-idle': '{{option}} does nothing with {{where}}. Leave it out.',
    'option-both': '{{one}} and {{other}} contradict each other. Give one of them.',
    'bundled-model':
      '"{{path}}" is a model that comes with Latentscape, which is not replaced. Choose another place, or another name.',
    'folder-of-model': '"{{path}}" is a model, and pictures do not go into its folder. Choose another place.',
    'file-of-model': '"{{path}}" belongs to the model in its folder, which would be damaged. Choose another place.',
    'option-file': '{{option}} must end in {{endings}}, not "{{name}}".',
    'option-fixed':
      'The unfinished run of "{{out}}" began with {{option}} {{value}}, which cannot change now. Leave the option out to resume the run, or discard it with --restart.',
    'train-unfinished':
      'There is an unfinished run for {{out}}, saved at step {{step}}. Continue it with --resume, or discard it with --restart.',
    'gif-size':
      'A GIF of {{count}} frames of {{size}} pixels does not fit in memory. Choose WebP, MP4 or WebM, a smaller size, or fewer frames.',
    'sheet-layout': 'A sheet has at least one column and gaps of 0 to 64 pixels.',
    'picture-size': 'A picture has 8 to {{most}} pixels a side, not {{size}}.',
    names: 'There are {{names}} names for {{codes}} codes. Choose the faces again.',
    positions: 'There are {{positions}} positions for {{codes}} codes. Choose the faces again.',
    'decoder-output': '"{{where}}" gives no "{{name}}". It gives {{outputs}}.',
    'decoder-input': '"{{where}}" takes no code in "{{name}}". It takes {{inputs}}.',
    'decoder-class':
      '"{{where}}" does not know the value {{value}} of its input "{{name}}". Choose another number: its classes count from 0.',
    'start-without-encoder':
      '"{{path}}" cannot be trained further: its encoder was not made by Latentscape. Choose the folder of a model that was trained here.',
    'start-other-network':
      '"{{path}}" has other networks than this run. {{differences}} Training can only continue with the same ones.',
    'start-other-weights': '"{{path}}" was made elsewhere: its weights do not fit the networks of Latentscape.',
  },

  'no-memory': {
    model: '"{{file}}" needs more than {{gigabytes}} GB to decode one code. It is too large for this computer.',
    images:
      '{{count}} images of {{size}}×{{size}} pixels need {{needed}} GB of memory, and {{free}} GB are free. Use fewer images or a smaller size.',
    run: 'This run needs about {{needed}} GB of memory and {{free}} GB are free. Use a smaller batch, image size or width, or close other programs.',
    'ran-out':
      'There was not enough memory to continue. Close other programs, or use a smaller batch, image size or width.',
    'run-killed': 'Memory ran out, and the system ended the training process. {{kept}}',
    frame: 'There is not enough memory to compute with this many codes. Close other programs.',
  },

  'no-space': {
    full: 'The disk is full: "{{path}}" could not be written. Free some space, or choose a folder on another disk.',
    write: '"{{path}}" could not be written: {{detail}}.',
  },

  'no-device': {
    card: 'This computer cannot train on a graphics card: {{problem}}. Train on the processor instead (device "cpu").',
    webgl:
      'This window cannot draw in 3D because WebGL 2 is switched off or missing. Turn on hardware acceleration, or update the driver of the graphics card, then open Latentscape again.',
    'picture-width': 'The graphics here cannot draw a picture {{width}} pixels wide. Choose a smaller one.',
    'no-3d': 'There is no 3D view here: this browser has no WebGL.',
    'video-encoder': 'This computer has no encoder for {{format}}. Choose WebP or GIF.',
  },

  diverged: {
    loss: 'The loss stopped being a number at step {{step}}: {{cause}}. {{advice}}',
    measurement: 'The error on held-out images stopped being a number at step {{step}}: {{cause}}. {{advice}}',
  },

  cancelled: {
    request: 'Cancelled.',
    'other-frame': 'Another frame was chosen.',
    'model-closed': 'The model was closed.',
    'model-in-use': '"{{where}}" was closed while it was still in use.',
  },

  'process-died': {
    'engine-restarted':
      'The engine stopped unexpectedly and has been started again. Please repeat what you were doing.',
    'engine-ended': 'The engine stopped twice within a minute. Choose "Try now" to start it again.',
    stopped: 'Latentscape has been stopped. Start it again to continue.',
    'no-answer': 'Latentscape does not answer at this address. Start it again and open the address it prints.',
    training: 'The training process ended unexpectedly ({{how}}), perhaps for lack of memory. {{kept}}',
    scoring: 'Measuring ended unexpectedly ({{how}}), perhaps for lack of memory. Close other programs and try again.',
    drawing: 'Drawing the faces ended unexpectedly ({{how}}). Try again with fewer.',
  },

  busy: {
    list: 'Another process is writing "{{path}}". Try again in a moment.',
    models: 'This window has {{count}} models open already. Reload it, then open this one.',
    scoring: '{{count}} other models are being measured. Wait for one of them or cancel it, then measure this one.',
    training: '"{{name}}" is still training. Wait for it, stop it, or cancel it, then start this one.',
    'run-locked':
      '"{{out}}" is being trained by another process. Wait for it or stop it, or choose another name for this model.',
  },

  internal: {
    request: 'Something went wrong inside Latentscape (in "{{request}}"). The terminal or log has the details.',
    'not-sent': 'The request "{{request}}" could not be sent to the engine: {{detail}}',
    frame: 'Computing with the codes of this model failed. Please try again.',
  },

  /** What to know of a folder of images before training on it; a sentence of its own. */
  'folder-warning': {
    'one-picture': 'All {{count}} images are the same picture: there is nothing to learn from them.',
    'few-pictures':
      'Of {{count}} images only {{distinct}} are different pictures. Copies are never split between training and held-out images, but a model learns little from them.',
    plain: '{{count}} images are of one colour all over, black or white perhaps. They may have been read wrongly.',
    noise: '{{count}} images look like noise: neighbouring pixels have nothing to do with each other.',
  },

  /** Why an image was left out; follows its name. */
  unreadable: {
    gone: 'it has disappeared',
    'no-access': 'you do not have permission to read it',
    empty: 'the file is empty',
    'too-large': 'it has more than 268 million pixels',
    format: '{{format}} is not supported: save it as PNG or JPEG',
    'no-image': 'it is not an image, or its beginning is damaged',
    broken: 'it is damaged or cut short',
    detail: '{{detail}}',
    'bmp-packed': 'it is a BMP with another file inside: save it as PNG or JPEG',
    'not-finite': 'it holds numbers that are not finite',
    'float-range':
      'it holds numbers from {{low}} to {{high}}, and does not say which are black and white: save it with values from 0 to 1, or with 8 bits',
    'integer-range':
      'it holds whole numbers from {{low}} to {{high}} and does not say which is black: save it with 8 bits',
    'jpeg2000-signed': 'it is a JPEG 2000 with numbers below zero, which is not supported: save it as PNG',
    'jpeg2000-channels': 'it is a JPEG 2000 with {{channels}} channels, which is not supported: save it as PNG',
    raw: "{{format}} is a camera's raw format, which is not supported: export it as PNG or JPEG",
    'web-page': 'it is a web page, not an image: download the image itself',
    'git-lfs': 'it is a Git LFS pointer, not the image: fetch it with git lfs pull',
    'not-decoded': 'it could not be decoded: it may be too large or damaged',
    invisible: 'it is transparent everywhere',
    depth: 'its numbers are of a type ({{depth}}) that is not supported: save it with 8 bits',
    channels: 'it has {{channels}} channels, which are not colours',
    'jpeg-bits': 'it is a JPEG of {{bits}} bits a value, which is not supported: save it with 8 bits, or as PNG',
    tiff: 'it is a TIFF with {{what}}, which is not supported: {{todo}}',
  },

  /** What a TIFF holds that is not read, and what to do about it. */
  tiff: {
    colours: '{{space}} colours',
    raw: "a camera's raw data",
    floats: '{{bits}}-bit floats',
    complex: 'complex numbers',
    numbers: '{{bits}}-bit numbers',
    signed: 'numbers of 8 bits that go below zero',
    channels: '{{channels}} channels that are not colours',
    compression: '{{name}} compression',
    'save-rgb': 'save it as RGB with 8 or 16 bits',
    export: 'export it as PNG or JPEG',
    'save-floats': 'save it with 32-bit floats or 8 bits',
    'save-8': 'save it with 8 bits',
    'save-unsigned': 'save it with values from 0 to 255',
    'save-8-or-16': 'save it with 8 or 16 bits',
    'save-lzw': 'save it with LZW or Deflate',
  },

  /** What a folder was to be replaced with, as in "holds other things than a model". */
  folder: {
    model: 'a model',
    prepared: 'a prepared data set',
    experiment: 'an experiment',
    figures: 'figures of a report',
    run: 'an unfinished run',
    'synthetic-faces': 'synthetic faces',
    'beta-family': 'a family of β',
  },

  /** Why a graphics card cannot be used. */
  card: {
    none: 'no graphics card with a working Vulkan, Metal or Direct3D 12 driver was found',
    driver: 'the driver of the graphics card failed',
    wrong: 'the graphics card computes wrong numbers',
    silent: 'the graphics card did not answer within {{seconds}} seconds; this computer may be too busy',
  },

  /** Why a run diverged, as far as its last steps tell. */
  cause: {
    kl: "the encoder's log-variance exploded (the KL term ran away), probably because the learning rate {{rate}} is too high",
    sigma: 'the learned σ ran away to {{sigma}}, probably because the learning rate {{rate}} is too high',
    gradient:
      'the gradient exploded (its norm rose to {{norm}}), probably because the learning rate {{rate}} is too high',
    rate: 'the learning rate {{rate}} is probably too high (0.001 is common)',
    batch: 'probably a single batch made the gradient explode',
  },

  /** What to do: after a run has diverged, or about a folder that is in use. */
  advice: {
    'other-folder': 'Choose an empty folder or another name.',
    'other-name': 'Choose another name for the model.',
    continue: 'The last good checkpoint, from step {{step}}, is kept: continue from it with {{how}}.',
    restart: 'There was no checkpoint yet. Start again with {{how}}.',
    rate: 'a lower learning rate, such as {{rate}}',
    'rate-or-clip': 'a lower learning rate, such as {{rate}}, or with a clip norm',
  },

  /** What is left of a run whose process ended. */
  kept: {
    checkpoint: 'Everything up to step {{step}} is saved, and the run can be resumed.',
    nothing: 'Earlier models are untouched. Try a smaller batch or image size.',
  },

  /** What is wrong with one setting; `problems` puts them one after the other. */
  problem: {
    missing: '{{setting}} is missing.',
    number: '{{setting}} must be a number from {{least}} to {{most}}.',
    'whole-number': '{{setting}} must be a whole number from {{least}} to {{most}}.',
    'whole-number-not': '{{setting}} must be a whole number from {{least}} to {{most}}, not {{value}}.',
    'one-of': '{{setting}} must be one of {{values}}.',
    'on-or-off': '{{setting}} must be on or off.',
    'size-28': 'Images of 28 pixels need the network "perceptron": convolutions halve the image down to 4 pixels.',
    side: '{{setting}} must be a multiple of 16 from {{least}} to {{most}} pixels.',
    differs: '{{setting}}: {{theirs}} instead of {{own}}.',
    adversarial:
      'A discriminator judges what a convolutional network draws: leave the network at "convolutional", the likelihood at "gaussian" and importance samples at 1, or set the adversarial share to 0.',
    'linear-start':
      'A run that starts as PCA cannot start from another model, and PCA must hand over before a discriminator takes part: use a smaller PCA start, or 0.',
    'importance-weighted':
      'The importance-weighted bound has no KL term of its own: leave beta at 1, warm-up and free bits at 0, or use 1 importance sample.',
  },

  /** The settings of a run, at the start of a sentence. */
  setting: {
    kind: 'Kind',
    images: 'The folder of images',
    out: 'The folder of the model',
    name: 'The name of the model',
    imageSize: 'Image size',
    imageHeight: 'Image height',
    latentSize: 'Latent size',
    epochs: 'Epochs',
    batchSize: 'Batch size',
    beta: 'Beta',
    learningRate: 'Learning rate',
    seed: 'Seed',
    align: 'Align',
    motif: 'What the images show',
    from: 'The model to start from',
    network: 'Network',
    width: 'Width',
    residualBlocks: 'Residual blocks',
    likelihood: 'Likelihood',
    warmUp: 'Warm-up',
    freeBits: 'Free bits',
    whiten: 'Whitening',
    importanceSamples: 'Importance samples',
    codeWeight: 'Code weight',
    schedule: 'Schedule',
    weightDecay: 'Weight decay',
    clipNorm: 'Clip norm',
    averageDecay: 'Average decay',
    adamEpsilon: 'Adam epsilon',
    mirror: 'Mirror',
    shift: 'Shift',
    crop: 'Crop',
    colour: 'Colour',
    binarise: 'Binarise',
    validation: 'Validation share',
    patience: 'Patience',
    adversarial: 'Adversarial share',
    linearStart: 'PCA start',
    optimiser: 'Optimiser',
    device: 'Device',
    checkpointSteps: 'Checkpoint steps',
    faceCount: 'The number of faces',
    faceSeed: 'The seed',
    faceSize: 'The size',
  },
} as const;
