"""Archives of Stable Baselines3, as its own `save` writes them.

Python 3.11 with stable-baselines3 2.4.0, gymnasium 1.0.0, cloudpickle 3.1.3, torch 2.13.0 and
numpy 1.26.4: `python make.py`.
"""

import numpy as np
import stable_baselines3 as sb
from stable_baselines3.common.noise import NormalActionNoise

SMALL = {"net_arch": [8]}

ppo = sb.PPO("MlpPolicy", "CartPole-v1", n_steps=32, batch_size=16, policy_kwargs=SMALL)
ppo.learn(64).save("ppo.zip")
noise = NormalActionNoise(np.zeros(1), np.ones(1))
sac = sb.SAC("MlpPolicy", "Pendulum-v1", buffer_size=50, policy_kwargs=SMALL, action_noise=noise)
sac.save("sac.zip")
